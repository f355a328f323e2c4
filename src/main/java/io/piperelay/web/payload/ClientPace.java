package io.piperelay.web.payload;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How fast a client has to be while others wait for it to finish: each 64 KiB of a body within the grace, and a body or an
 * answer as a whole within the grace plus the time that it takes at the slowest rate.
 *
 * @param bytesPerSecond at least 1
 */
public record ClientPace(Duration grace, long bytesPerSecond) {

    /** The number of bytes of a body that have to arrive within the grace, unless it ends before. */
    static final int PORTION = 64 * 1024;

    /** For a portion of a body, or its end. */
    long portionNanos() {
        return grace.toNanos();
    }

    /** For this many bytes as a whole. */
    long nanosFor(long bytes) {
        long seconds = bytes / bytesPerSecond;
        long rest = bytes % bytesPerSecond;
        return grace.toNanos() + TimeUnit.SECONDS.toNanos(seconds) + TimeUnit.SECONDS.toNanos(rest) / bytesPerSecond;
    }
}
