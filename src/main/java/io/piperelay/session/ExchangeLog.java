package io.piperelay.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The last exchanges of a session, found by the offsets of their messages. No payload is kept, only offsets and digests.
 *
 * <p>Thread-safe; no method waits.
 */
final class ExchangeLog {

    static final int CAPACITY = 1024;

    private static final long NONE = -1;

    /**
     * A message and its reply, by their positions in the streams.
     *
     * @param start the offset in the input at which the message begins
     * @param next the offset after the part of it that was accepted
     * @param digest of the message, once all of it has been accepted; null before
     * @param replyStart the offset in the output from which the reply is searched for
     * @param reply where the reply is; null until it has arrived
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

        /** For a message of which a part is still missing. */
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

    /** Sorted, so that the oldest comes first; offsets of messages of equal lengths would also collide in a hash table. */
    @GuardedBy("this") private final TreeMap<Long, Exchange> exchanges = new TreeMap<>();

    @GuardedBy("this") private long inTurn = NONE;

    synchronized @Nullable Exchange find(long start) {
        return exchanges.get(start);
    }

    /** Records the state of an exchange. */
    synchronized void put(Exchange exchange) {
        exchanges.put(exchange.start(), exchange);
        if (exchanges.size() > CAPACITY) {
            exchanges.pollFirstEntry();
        }
    }

    /** Records how much of a message was accepted, unless all of it was, or nothing. */
    synchronized void putPart(Exchange exchange) {
        if (exchange.next() > exchange.start() && !latest(exchange).isAccepted()) {
            put(exchange);
        }
    }

    /** The exchange will never have a reply. */
    synchronized void forget(Exchange exchange) {
        exchanges.remove(exchange.start());
    }

    /** Records that the request that has the turn waits for the reply to this message. */
    synchronized void enter(Exchange exchange) {
        inTurn = exchange.start();
    }

    /** Records that the turn ends, and returns the exchange's latest state. */
    synchronized Exchange leave(Exchange exchange) {
        inTurn = NONE;
        return latest(exchange);
    }

    /** The latest state of the exchange. */
    synchronized Exchange latest(Exchange exchange) {
        return exchanges.getOrDefault(exchange.start(), exchange);
    }

    /** Whether a request that has the turn is waiting for the reply to it. */
    synchronized boolean isInTurn(Exchange exchange) {
        return inTurn == exchange.start();
    }

    /** Records the reply, unless another request has already found it; returns the exchange with the one that counts. */
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
