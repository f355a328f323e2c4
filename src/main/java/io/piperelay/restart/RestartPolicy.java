package io.piperelay.restart;

import java.time.Duration;

/**
 * Whether a child is started again when it has exited by itself, and how soon.
 *
 * @param delay before the first restart; each further one in a row waits twice as long
 * @param longestDelay no wait is longer; after a run of this length, the next restart is the first again
 * @param limit of restarts in a row
 */
public record RestartPolicy(When when, Duration delay, Duration longestDelay, int limit) {

    /** Which exits are followed by a restart. */
    public enum When {
        NEVER,
        /** Those with an exit code other than 0, or by a signal. */
        ON_FAILURE,
        ALWAYS
    }

    boolean isFor(int exitCode) {
        return when == When.ALWAYS || (when == When.ON_FAILURE && exitCode != 0);
    }

    Duration after(Duration last) {
        Duration doubled = last.multipliedBy(2);
        return doubled.compareTo(longestDelay) < 0 ? doubled : longestDelay;
    }
}
