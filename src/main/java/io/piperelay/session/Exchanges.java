package io.piperelay.session;

import io.piperelay.session.ExchangeLog.Exchange;
import java.io.IOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Messages and the replies to them, one after the other: an exchange has both the writers' and the readers' turn from its
 * message's first byte until its reply has been delivered.
 *
 * <p>A message with an offset can be sent again as often as its client likes; it is written once and has one reply. Its
 * states:
 *
 * <pre>
 * begun ──▶ accepted ──▶ answered
 * </pre>
 *
 * <ul>
 *   <li><b>begun</b>: a part was accepted, then the child left its pipe full, or the client disconnected. The same message
 *       sent again supplies the rest, unless another request has written in the meantime
 *       ({@link PipeException.Reason#OFFSET_TAKEN}).
 *   <li><b>accepted</b>: the reply is awaited by the request that has the turn and at the same time, without a turn, by all
 *       requests that repeat it. Each of them gets the same bytes. The one that has the turn keeps it until it times out,
 *       even if its client has disconnected: the next exchange would mistake this reply for its own. After the timeout, the
 *       next repetition takes the turn and goes on waiting, from the same position in the output.
 *   <li><b>answered</b>: the reply's position is known, and it counts as taken, whether or not it reached its client.
 *       Repetitions get it from there at once, as long as the window holds it ({@link PipeException.Reason#OFFSET_GONE}
 *       after that).
 * </ul>
 *
 * A message without an offset can't be repeated unless its client learned its offset in time. If that client has
 * disconnected, the reply is left unread, and the turn is not kept for it.
 *
 * <p>What has been forgotten, or was not written by an exchange, has no reply
 * ({@link PipeException.Reason#REPLY_FORGOTTEN}); nor has a message that differs from the one written at its offset
 * ({@link PipeException.Reason#OFFSET_TAKEN}). Writing to a child whose output cannot get out is refused at once
 * ({@link PipeException.Reason#WINDOW_FULL}), or as soon as that shows ({@link PipeException.Reason#EXCHANGE_TOO_LARGE}).
 */
final class Exchanges {

    private final String session;
    private final InputSlot input;
    private final InputWriter writer;
    private final OutputWindow window;
    private final OutputReader reader;
    private final DeliveryBudget budget;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final ExchangeLog log = new ExchangeLog();

    Exchanges(
            String session,
            InputSlot input,
            InputWriter writer,
            OutputWindow window,
            OutputReader reader,
            DeliveryBudget budget) {
        this.session = session;
        this.input = input;
        this.writer = writer;
        this.window = window;
        this.reader = reader;
        this.budget = budget;
    }

    /**
     * Writes a message and delivers the reply to it, and no other request writes or reads in between; or delivers the reply
     * to the message that was written earlier at its offset.
     *
     * <p>The write's timeout applies to the turn and to the child's making room, the read's to the reply.
     *
     * @param read which bytes are the reply; it has no offset, because the reply is searched for from where the cursor was
     *     when the message was written
     * @throws PipeException {@code REPLY_TIMEOUT} if the reply did not arrive in time; the message was accepted, and the reply
     *     can still be had
     */
    void exchange(WriteRequest write, ChunkedBody message, ReadRequest read, Receiver receiver)
            throws IOException, InterruptedException {
        message.digestAll();
        writer.begin(write, message);
        Exchange known = known(write);
        if (known != null && (known.reply() != null || log.isInTurn(known))) {
            verify(known, message);
            receiver.accepted(result(known));
            repeat(known, read, receiver);
            return;
        }
        var deadline = new Deadline(write.timeout(), receiver::isGone);
        if (!deadline.acquire(turn)) {
            throw InputWriter.noTurn(deadline);
        }
        try {
            acquireBothTurns(deadline);
            try {
                exchangeInTurn(write, message, read, receiver);
            } finally {
                reader.turn().unlock();
                writer.turn().unlock();
            }
        } finally {
            turn.unlock();
        }
    }

    private @Nullable Exchange known(WriteRequest write) {
        return write.offset() == null ? null : log.find(write.offset());
    }

    /**
     * Never waits for one turn while holding the other: a reader would get no output while writers are blocked, and a writer
     * could not get rid of its input while readers are.
     */
    private void acquireBothTurns(Deadline deadline) throws InterruptedException {
        ReentrantLock wanted = writer.turn();
        ReentrantLock other = reader.turn();
        while (deadline.acquire(wanted)) {
            if (other.tryLock()) {
                return;
            }
            wanted.unlock();
            ReentrantLock busy = other;
            other = wanted;
            wanted = busy;
        }
        throw InputWriter.noTurn(deadline);
    }

    private void exchangeInTurn(WriteRequest write, ChunkedBody message, ReadRequest read, Receiver receiver)
            throws IOException, InterruptedException {
        Exchange exchange = known(write);
        if (exchange != null && exchange.isAccepted()) {
            verify(exchange, message);
        } else {
            exchange = write(exchange, write, message);
        }
        boolean repeatable = write.offset() != null;
        log.enter(exchange);
        boolean delivered = false;
        try {
            receiver.accepted(result(exchange));
            var deadline = new Deadline(read.timeout(), () -> !repeatable && receiver.isGone());
            answer(exchange, read, deadline, receiver);
            delivered = true;
        } finally {
            OutputSlice reply = log.leave(exchange).reply();
            if (reply != null && (delivered || repeatable)) {
                window.take(reply);
            }
        }
    }

    private WriteResult result(Exchange exchange) {
        return new WriteResult(session, exchange.start(), exchange.next() - exchange.start(), exchange.next());
    }

    /**
     * Reads the message to its end, and compares it with the one that was written.
     *
     * @throws PipeException {@code OFFSET_TAKEN} if it differs
     */
    private void verify(Exchange exchange, ChunkedBody message) throws IOException {
        long left = exchange.next() - exchange.start();
        for (; message.length() > 0 && left >= 0; message.next()) {
            left -= message.length();
        }
        if (left != 0 || !MessageDigest.isEqual(message.digest(), exchange.digest())) {
            throw PipeException.offsetTaken(exchange.start(), input.offset());
        }
    }

    /** Writes the message, or the rest of one that was begun. */
    private Exchange write(@Nullable Exchange begun, WriteRequest write, ChunkedBody message)
            throws IOException, InterruptedException {
        long accepted = input.offset();
        long start = write.offset() == null ? accepted : write.offset();
        if (begun == null && start < accepted) {
            throw PipeException.replyForgotten(start, window.status().oldest());
        }
        if (begun != null && begun.next() != accepted) {
            throw PipeException.offsetTaken(start, accepted);
        }
        if (start <= accepted && window.isFull()) {
            throw PipeException.windowFull(window.status().capacity());
        }
        Exchange exchange =
                begun == null ? Exchange.begun(start, window.status().cursor()) : begun;
        var deadlock = new Deadlock(input, window);
        try {
            var deadline = new Deadline(write.timeout(), deadlock, Deadlock.LOOK_AGAIN);
            WriteResult written = writer.writeInTurn(write, message, deadline);
            if (written.next() < accepted) {
                throw PipeException.offsetTaken(start, accepted);
            }
            Exchange whole = exchange.accepted(written.next(), message.digest());
            log.put(whole);
            return whole;
        } catch (PipeException.PipeFull full) {
            throw deadlock.getAsBoolean()
                    ? PipeException.exchangeTooLarge(window.status().capacity(), full)
                    : full;
        } finally {
            log.putPart(exchange.acceptedTo(input.offset()));
        }
    }

    /** Waits for the reply, which this or another request finds first, and delivers it. */
    private void answer(Exchange exchange, ReadRequest read, Deadline deadline, Receiver receiver)
            throws IOException, InterruptedException {
        if (exchange.reply() != null) {
            receiver.receive(exchange.reply());
            return;
        }
        try (DeliveryBudget.Share share = budget.share()) {
            OutputSlice found = awaitReply(exchange, read, deadline, share);
            OutputSlice reply = (found.isEmpty() ? log.latest(exchange) : log.answer(exchange, found)).reply();
            if (reply == null || deadline.isAbandoned()) {
                throw noReply(exchange, deadline);
            }
            boolean same = found.offset() == reply.offset() && found.next() == reply.next();
            receiver.receive(same ? found : reply);
        }
    }

    private OutputSlice awaitReply(Exchange exchange, ReadRequest read, Deadline deadline, DeliveryBudget.Share share)
            throws InterruptedException {
        try {
            return reader.awaitReply(exchange.replyStart(), read, deadline, share);
        } catch (PipeException.TooManyDeliveries e) {
            throw afterAcceptance(e, exchange); // A client that tries again must know that the message is written.
        }
    }

    private static PipeException noReply(Exchange exchange, Deadline deadline) {
        PipeException reason = deadline.isAbandoned()
                ? PipeException.clientGone().with("offset", exchange.replyStart())
                : PipeException.replyTimeout(exchange.replyStart());
        return afterAcceptance(reason, exchange);
    }

    private static PipeException afterAcceptance(PipeException reason, Exchange exchange) {
        return reason.with("written", exchange.next() - exchange.start()).with("next", exchange.next());
    }

    /** Delivers the reply to a message for which another request has or had the turn. */
    private void repeat(Exchange exchange, ReadRequest read, Receiver receiver)
            throws IOException, InterruptedException {
        answer(exchange, read, new Deadline(read.timeout(), receiver::isGone), receiver);
        OutputSlice reply = log.latest(exchange).reply();
        if (reply != null && !log.isInTurn(exchange)) {
            window.take(reply);
        }
    }
    /**
     * Detects that an exchange and its child wait for each other: the window is full, and nobody makes room in it during an
     * exchange, so the child can't write; and it does not read either, although there is more input for it.
     *
     * <p>Not thread-safe.
     */
    private static final class Deadlock implements BooleanSupplier {

        /** By then, a child that is only slow has read something, or a client has made room. */
        private static final Duration STANDSTILL = Duration.ofMillis(250);

        static final Duration LOOK_AGAIN = Duration.ofMillis(50);

        private final InputSlot input;
        private final OutputWindow window;
        private long accepted = -1;
        private long since;

        Deadlock(InputSlot input, OutputWindow window) {
            this.input = input;
            this.window = window;
        }

        @Override
        public boolean getAsBoolean() {
            long now = System.nanoTime();
            long offset = input.offset();
            if (offset != accepted || !window.isFull()) {
                accepted = offset;
                since = now;
                return false;
            }
            return now - since > STANDSTILL.toNanos();
        }
    }
}
