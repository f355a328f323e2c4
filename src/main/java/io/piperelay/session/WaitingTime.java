package io.piperelay.session;

/**
 * The time that threads have waited for something, and of those that still wait the time until now.
 *
 * <p>Not thread-safe: for use under the lock of whoever makes them wait.
 */
final class WaitingTime {

    private long waiting;

    /** The ends of all waits, less their beginnings. */
    private long sum;

    void begin() {
        waiting++;
        sum -= System.nanoTime();
    }

    void end() {
        waiting--;
        sum += System.nanoTime();
    }

    long nanos() {
        return sum + waiting * System.nanoTime();
    }
}
