package io.piperelay.halfduplex;

/**
 * How long to wait before polling the pipe again. For a moment not at all, because most answers come at once, and a thread that
 * waits on Windows waits for a millisecond or more; then briefly, then longer and longer, so that a side that waits for minutes
 * costs next to nothing. Not thread-safe.
 */
final class BackOff {

    private static final long SPIN_NANOS = 50_000;
    private static final long SHORTEST_NANOS = 50_000;
    private static final long LONGEST_NANOS = 5_000_000;

    private long start;
    private long next;

    BackOff() {
        reset();
    }

    /** 0 for not at all. */
    long nextNanos() {
        if (System.nanoTime() - start < SPIN_NANOS) {
            return 0;
        }
        long nanos = next;
        next = Math.min(2 * nanos, LONGEST_NANOS);
        return nanos;
    }

    void reset() {
        start = System.nanoTime();
        next = SHORTEST_NANOS;
    }
}
