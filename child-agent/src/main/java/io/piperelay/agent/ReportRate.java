package io.piperelay.agent;

/** Limits the number of reports per second. */
final class ReportRate {

    private static final int REPORTS_PER_SECOND = 20;
    private static final long SECOND_NANOS = 1_000_000_000;

    private long secondStarted;
    private int left = REPORTS_PER_SECOND;

    /** @param nanoTime the current {@link System#nanoTime} */
    boolean admits(long nanoTime) {
        if (left == REPORTS_PER_SECOND || nanoTime - secondStarted >= SECOND_NANOS) {
            secondStarted = nanoTime;
            left = REPORTS_PER_SECOND;
        }
        if (left == 0) {
            return false;
        }
        left--;
        return true;
    }
}
