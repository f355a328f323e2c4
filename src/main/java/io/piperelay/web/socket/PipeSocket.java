package io.piperelay.web.socket;

import io.piperelay.session.Following;
import io.piperelay.session.Observation;
import io.piperelay.session.PipeSession;
import io.piperelay.session.StandardStream;
import io.piperelay.web.problem.Problem;
import io.piperelay.web.tomcat.SocketUpgrade;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.AbstractWebSocketHandler;

/**
 * One client's WebSocket. The container calls it with what arrives; what the child writes is sent by a thread of its own, which
 * ends when the output does, or once the client has gone.
 */
@SuppressWarnings("NullAway.Init") // The container calls it first when the connection is established.
final class PipeSocket extends AbstractWebSocketHandler {

    private final Sockets sockets;
    private final SocketTerms terms;
    private final Observation observation;
    private final Function<Problem, String> documents;
    private final Runnable ended;
    private final PipeSession first;
    private final AtomicBoolean watched = new AtomicBoolean();
    private volatile PipeSession observed;
    private Outgoing outgoing;
    private Incoming incoming;

    /**
     * @param documents makes documents of problems for this client
     * @param ended called once, when it takes nothing any more
     */
    PipeSocket(
            Sockets sockets,
            SocketTerms terms,
            PipeSession session,
            Observation observation,
            Function<Problem, String> documents,
            Runnable ended) {
        this.sockets = sockets;
        this.terms = terms;
        this.first = session;
        this.observed = session;
        this.observation = observation;
        this.documents = documents;
        this.ended = ended;
    }

    @Override
    public boolean supportsPartialMessages() {
        return true;
    }

    @Override
    public void afterConnectionEstablished(WebSocketSession socket) {
        SocketLimits limits = sockets.limits();
        SocketUpgrade.configure(socket, limits.stallTimeout());
        outgoing = new Outgoing(socket, limits.heartbeat());
        incoming = terms.isJson()
                ? new JsonInput(
                        terms,
                        limits,
                        sockets.messages(),
                        outgoing,
                        this::target,
                        () -> observed,
                        failure -> documents.apply(sockets.problem(failure)),
                        sockets::run)
                : new PlainInput(terms, limits, sockets.messages(), this::target);
        try {
            sockets.run(this::tell);
        } catch (OutOfMemoryError | RuntimeException e) {
            ended.run();
            outgoing.close(CloseStatus.SERVICE_OVERLOAD);
        }
    }

    private PipeSession target() {
        return sockets.sessions().current(observed.id());
    }

    private void tell() {
        try {
            closeUnlessClosing(told());
        } catch (RuntimeException e) {
            closeUnlessClosing(sockets.isEnding() ? CloseReason.SHUTTING_DOWN : CloseReason.of(sockets.problem(e)));
        } catch (IOException e) {
            closeUnlessClosing(CloseStatus.SERVER_ERROR); // If the client has not gone, it takes nothing.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ended.run();
        }
    }

    /** Whoever has closed what comes in says why: that alone ended the telling. */
    private void closeUnlessClosing(CloseStatus why) {
        if (!incoming.isClosed()) {
            outgoing.close(why);
        }
    }

    /** Tells everything, and why that is all. */
    private CloseStatus told() throws IOException, InterruptedException {
        Following following = sockets.following();
        var observer = terms.isJson()
                ? new JsonOutput(outgoing, incoming::isClosed)
                : new PlainOutput(terms, first.encoding(), outgoing, incoming::isClosed);
        following.tell(observation, observer);
        if (terms.isJson()) {
            following.tellOfSuccessors(first, terms.only(), observer, this::observe);
        }
        if (sockets.isEnding()) {
            return CloseReason.SHUTTING_DOWN;
        }
        String successor = observed.succession().successor();
        return terms.isJson() && successor != null ? CloseReason.sessionChanged(successor) : CloseReason.END_OF_OUTPUT;
    }

    private Observation observe(PipeSession next) {
        observed = next;
        return terms.takes() && !terms.confirms() ? next.take() : next.observe(StandardStream.OUTPUT, 0);
    }

    @Override
    protected void handleTextMessage(WebSocketSession socket, TextMessage message) {
        piece(message.asBytes(), true, message.isLast());
    }

    @Override
    protected void handleBinaryMessage(WebSocketSession socket, BinaryMessage message) {
        byte[] bytes = new byte[message.getPayloadLength()];
        message.getPayload().get(bytes);
        piece(bytes, false, message.isLast());
    }

    private void piece(byte[] bytes, boolean isText, boolean last) {
        try {
            incoming.piece(bytes, isText, last);
            if (!last) {
                watch();
            }
        } catch (RuntimeException e) {
            end(sockets.isEnding() ? CloseReason.SHUTTING_DOWN : CloseReason.of(sockets.problem(e)));
        } catch (IOException e) {
            end(CloseStatus.SERVER_ERROR);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(CloseStatus.SERVER_ERROR);
        }
    }

    private void end(CloseStatus why) {
        incoming.close();
        outgoing.close(why);
    }

    /** Looks again and again whether the rest of a message is overdue, whatever the socket's own threads are waiting for. */
    private void watch() {
        if (watched.compareAndSet(false, true)) {
            sockets.later(this::closeIfOverdue, incoming.timeLeft());
        }
    }

    private void closeIfOverdue() {
        watched.set(false);
        long left = incoming.timeLeft();
        if (left <= 0) {
            incoming.close();
            sockets.run(() -> outgoing.close(CloseReason.TOO_SLOW));
        } else if (left < Long.MAX_VALUE) {
            watch();
        }
    }

    @Override
    public void handleTransportError(WebSocketSession socket, Throwable failure) {
        // The close follows; there is nobody to tell.
    }

    @Override
    public void afterConnectionClosed(WebSocketSession socket, CloseStatus status) {
        incoming.close();
    }
}
