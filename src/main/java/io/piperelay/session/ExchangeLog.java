package io.piperelay.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last exchanges of a session, found by where their messages begin. No payload is kept, only its places and digests.
 *
 * <p>Any thread may call any method; none waits.
 */
final class ExchangeLog {

    static final int CAPACITY = 1024;

    private static final long NONE = -1;

    /**
     * A message and its reply, by their places in the streams.
     *
     * @param start the input's offset at which the message begins
     * @param next the offset behind what was accepted of it
     * @param digest of the message, once all of it was accepted; null before
     * @param replyStart the output's offset from which on the reply is looked for
     * @param reply where the reply is; null as long as it has not come
     */
    record Exchange(
            long start,
            long next,
            byte @Nullable [] digest,
            long replyStart,
            @Nullable OutputSlice reply) {

        static Exchange begun(long start, long replyStart) {
            return new Exchange(start, start, null, replyStart, null);
        }

        /** As long as parts of the message are missing. */
        Exchange acceptedTo(long offset) {
            return new Exchange(start, offset, null, replyStart, null);
        }

        Exchange accepted(long end, byte[] digestOfAll) {
            return new Exchange(start, end, digestOfAll, replyStart, null);
        }

        boolean isAccepted() {
            return digest != null;
        }

        Exchange answeredBy(OutputSlice bytes) {
            return new Exchange(start, next, digest, replyStart, bytes.withoutCopy());
        }
    }

    @GuardedBy("this") private final Map<Long, Exchange> exchanges = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Exchange> eldest) {
            return size() > CAPACITY;
        }
    };

    @GuardedBy("this") private long inTurn = NONE;

    synchronized @Nullable Exchange find(long start) {
        return exchanges.get(start);
    }

    /** Notes how far an exchange has come. */
    synchronized void put(Exchange exchange) {
        exchanges.put(exchange.start(), exchange);
    }

    /** Notes how much of a message was accepted, unless all of it was, or nothing. */
    synchronized void putPart(Exchange exchange) {
        if (exchange.next() > exchange.start() && !latest(exchange).isAccepted()) {
            put(exchange);
        }
    }

    /** Notes that whoever has the turn waits for the reply to this message. */
    synchronized void enter(Exchange exchange) {
        inTurn = exchange.start();
    }

    /** Notes that the turn ends, and returns what has become of the exchange. */
    synchronized Exchange leave(Exchange exchange) {
        inTurn = NONE;
        return latest(exchange);
    }

    /** What has become of the exchange. */
    synchronized Exchange latest(Exchange exchange) {
        return exchanges.getOrDefault(exchange.start(), exchange);
    }

    /** Whether somebody who has the turn is waiting for the reply to it. */
    synchronized boolean isInTurn(Exchange exchange) {
        return inTurn == exchange.start();
    }

    /** Notes the reply, unless another request has found it before; returns the one that counts. */
    synchronized Exchange answer(Exchange exchange, OutputSlice reply) {
        Exchange known = latest(exchange);
        if (known.reply() != null) {
            return known;
        }
        Exchange answered = known.answeredBy(reply);
        put(answered);
        return answered;
    }
}
