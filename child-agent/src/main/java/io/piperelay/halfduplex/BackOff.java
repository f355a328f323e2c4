package io.piperelay.halfduplex;

/**
 * How long to wait before polling the pipe again: briefly at first, because most answers come at once, then longer and
 * longer, so that a side that waits for minutes costs next to nothing. Not thread-safe.
 */
final class BackOff {

    private static final long SHORTEST_NANOS = 50_000;
    private static final long LONGEST_NANOS = 5_000_000;

    private long next = SHORTEST_NANOS;

    long nextNanos() {
        long nanos = next;
        next = Math.min(2 * nanos, LONGEST_NANOS);
        return nanos;
    }

    void reset() {
        next = SHORTEST_NANOS;
    }
}
