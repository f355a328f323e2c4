package io.piperelay.web.socket;

import io.piperelay.session.PipeException;
import io.piperelay.session.PipeSession;
import io.piperelay.session.WriteRequest;
import io.piperelay.session.WriteResult;
import io.piperelay.web.payload.GatheredBody;
import io.piperelay.web.payload.MessageForm;
import io.piperelay.web.payload.Messages;
import io.piperelay.web.problem.ProblemException;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Does what messages of the subprotocol {@code json.pipe-relay} ask for, and answers each of them before the next one. */
final class JsonInput extends Incoming {

    private final SocketTerms terms;
    private final SocketLimits limits;
    private final Messages messages;
    private final Outgoing outgoing;
    private final Supplier<PipeSession> target;
    private final Supplier<PipeSession> observed;
    private final Function<Exception, String> problems;
    private final Executor threads;

    /** Of the inputs, if what comes behind them does not wait for them. */
    private final Semaphore turn = new Semaphore(1);

    private @Nullable GatheredBody gathered;

    /**
     * @param target the session to write to; throws what {@link io.piperelay.session.PipeSessions#current} does
     * @param observed the session whose output the client gets
     * @param problems makes problem documents
     * @param threads that may wait
     */
    JsonInput(
            SocketTerms terms,
            SocketLimits limits,
            Messages messages,
            Outgoing outgoing,
            Supplier<PipeSession> target,
            Supplier<PipeSession> observed,
            Function<Exception, String> problems,
            Executor threads) {
        super(limits.pace());
        this.terms = terms;
        this.limits = limits;
        this.messages = messages;
        this.outgoing = outgoing;
        this.target = target;
        this.observed = observed;
        this.problems = problems;
        this.threads = threads;
    }

    @Override
    void accept(byte[] bytes, boolean isText, boolean last) throws IOException, InterruptedException {
        if (!isText) {
            outgoing.close(CloseReason.JSON_ONLY);
            return;
        }
        GatheredBody body = gathered == null ? messages.gather() : gathered;
        gathered = body;
        body.add(bytes);
        if (last) {
            answer(body);
        }
    }

    private void answer(GatheredBody body) throws IOException, InterruptedException {
        try {
            ClientMessage message = ClientMessage.of(body.bytes(), body.length());
            if (message.type() == ClientMessage.Type.RECEIVED) {
                acknowledge(message);
            } else if (terms.confirms()) {
                writeLater(message, body);
                return;
            } else {
                outgoing.whole(accepted(write(message)));
            }
        } catch (PipeException | ProblemException e) {
            outgoing.whole(problems.apply(e));
        }
        drop();
    }

    private void acknowledge(ClientMessage message) {
        if (!terms.confirms() || message.offset() == null) {
            throw ClientMessage.invalid("'received' is for sockets with take=true and offset=.");
        }
        observed.get().acknowledge(message.offset());
    }

    /** A child that waits for its output to be confirmed takes no input, and so what confirms it must not wait for that. */
    private void writeLater(ClientMessage message, GatheredBody body) throws InterruptedException {
        turn.acquire();
        gathered = null;
        threads.execute(() -> {
            try (body) {
                outgoing.whole(answerTo(message));
            } catch (IOException e) {
                // The client has gone.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                turn.release();
            }
        });
    }

    private String answerTo(ClientMessage message) throws IOException, InterruptedException {
        try {
            return accepted(write(message));
        } catch (RuntimeException e) {
            return problems.apply(e);
        }
    }

    private WriteResult write(ClientMessage message) throws IOException, InterruptedException {
        PipeSession session = target.get();
        var form = new MessageForm(null, session.encoding(), terms.framing(), message.eof());
        var request = new WriteRequest(message.offset(), message.eof(), limits.writeTimeout());
        byte[] data = message.data();
        return session.write(request, messages.message(data, data.length, message.isText(), form, this::isClosed));
    }

    private static String accepted(WriteResult result) {
        // A session's id is a UUID, which needs no escaping.
        return "{\"type\":\"accepted\",\"session\":\"" + result.session() + "\",\"offset\":" + result.offset()
                + ",\"written\":" + result.written() + ",\"next\":" + result.next() + "}";
    }

    @Override
    void drop() {
        if (gathered != null) {
            gathered.close();
            gathered = null;
        }
    }
}
