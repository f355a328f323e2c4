package io.piperelay.session;

import io.piperelay.session.ExchangeLog.Exchange;
import java.io.IOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Writes the messages of exchanges, each once, however often its client sends it. */
final class ExchangeWriter {

    private final String session;
    private final InputSlot input;
    private final InputWriter writer;
    private final OutputWindow window;
    private final ExchangeLog log;

    ExchangeWriter(String session, InputSlot input, InputWriter writer, OutputWindow window, ExchangeLog log) {
        this.session = session;
        this.input = input;
        this.writer = writer;
        this.window = window;
        this.log = log;
    }

    /** Reads the message's first chunk, for which no turn is needed; see {@link InputWriter#begin}. */
    void begin(WriteRequest request, ChunkedBody message) throws IOException {
        message.digestAll();
        writer.begin(request, message);
    }

    /** The exchange with a message at the request's offset, if there has been one. */
    @Nullable Exchange known(WriteRequest request) {
        return request.offset() == null ? null : log.find(request.offset());
    }

    WriteResult result(Exchange exchange) {
        return new WriteResult(session, exchange.start(), exchange.next() - exchange.start(), exchange.next());
    }

    /**
     * Reads the message to its end, and compares it with the one that was written.
     *
     * @throws PipeException {@code OFFSET_TAKEN} if it differs
     */
    void verify(Exchange exchange, ChunkedBody message) throws IOException {
        long left = exchange.next() - exchange.start();
        for (; message.length() > 0 && left >= 0; message.next()) {
            left -= message.length();
        }
        if (left != 0 || !MessageDigest.isEqual(message.digest(), exchange.digest())) {
            throw PipeException.offsetTaken(exchange.start(), input.offset());
        }
    }

    /**
     * Writes the message, or the rest of one that was begun, or nothing of one that has been accepted. For a caller that has
     * the writers' turn.
     *
     * @param roomToCome whether others are about to take output, so that a full window is nothing to refuse a message for
     */
    Exchange write(WriteRequest request, ChunkedBody message, boolean roomToCome)
            throws IOException, InterruptedException {
        Exchange known = known(request);
        if (known != null && known.isAccepted()) {
            verify(known, message);
            return known;
        }
        return write(known, request, message, roomToCome);
    }

    /** Writes the message, or the rest of one that was begun. */
    private Exchange write(@Nullable Exchange begun, WriteRequest write, ChunkedBody message, boolean roomToCome)
            throws IOException, InterruptedException {
        long accepted = input.offset();
        long start = write.offset() == null ? accepted : write.offset();
        if (begun == null && start < accepted) {
            throw PipeException.replyForgotten(start, window.status().oldest());
        }
        if (begun != null && begun.next() != accepted) {
            throw PipeException.offsetTaken(start, accepted);
        }
        if (start <= accepted && !roomToCome && window.isFull()) {
            throw PipeException.windowFull(window.status().capacity());
        }
        Exchange exchange =
                begun == null ? Exchange.begun(start, window.status().cursor()) : begun;
        BooleanSupplier deadlock = roomToCome ? () -> false : new Deadlock(input, window);
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

    /** The reply to a message, which has been found. */
    OutputSlice reply(Exchange exchange) {
        OutputSlice reply = log.latest(exchange).reply();
        if (reply == null) {
            throw PipeException.replyForgotten(exchange.start(), window.status().oldest());
        }
        return reply;
    }

    /** @param offset in the output at which the reply may begin */
    static PipeException noReply(Exchange exchange, long offset, Deadline deadline) {
        PipeException reason = deadline.isAbandoned()
                ? PipeException.clientGone().with("offset", offset)
                : PipeException.replyTimeout(offset);
        return afterAcceptance(reason, exchange);
    }

    static PipeException afterAcceptance(PipeException reason, Exchange exchange) {
        return reason.with("written", exchange.next() - exchange.start()).with("next", exchange.next());
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
