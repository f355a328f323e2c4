package io.piperelay.web.payload;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How fast a client has to be while others wait for it to end: each 64 KiB of a body within the patience, and a body or an
 * answer as a whole within the patience and the time that it takes at the slowest rate.
 *
 * @param bytesPerSecond from 1 on
 */
public record ClientPace(Duration patience, long bytesPerSecond) {

    /** For 64 KiB of a body, or its end. */
    long portionNanos() {
        return patience.toNanos();
    }

    /** For so many bytes as a whole. */
    long nanosFor(long bytes) {
        long seconds = bytes / bytesPerSecond;
        long rest = bytes % bytesPerSecond;
        return patience.toNanos() + TimeUnit.SECONDS.toNanos(seconds) + TimeUnit.SECONDS.toNanos(rest) / bytesPerSecond;
    }
}
