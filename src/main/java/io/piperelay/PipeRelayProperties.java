package io.piperelay;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/** What an operator can set, all below {@code pipe}, besides the child profiles. */
@Validated
@ConfigurationProperties("pipe")
record PipeRelayProperties(
        @DefaultValue @Valid Input input,
        @DefaultValue @Valid Output output,
        @DefaultValue @Valid Errors errors,
        @DefaultValue @Valid Events events,
        @DefaultValue @Valid Limits limits) {

    private static final int MOST = 1_000_000;
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration SHORTEST_HEARTBEAT = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final long SMALLEST_WINDOW = 4096;
    private static final long LARGEST_WINDOW = 1L << 30;
    private static final long LARGEST_RATE = 1L << 30;

    /** A session's windows, and those of the one that it replaces, leave half of the heap to everything else. */
    private static final int WINDOWS_PER_HEAP = 4;

    PipeRelayProperties {
        checkTimeout("pipe.input.timeout", input.timeout, limits.timeout);
        checkTimeout("pipe.output.timeout", output.timeout, limits.timeout);
        long windows = output.window.toBytes() + errors.window.toBytes();
        long heap = Runtime.getRuntime().maxMemory();
        if (windows > heap / WINDOWS_PER_HEAP) {
            throw new IllegalArgumentException("pipe.output.window and pipe.errors.window are " + windows
                    + " bytes together, more than a quarter of the heap's " + heap + ": make them smaller, or the heap"
                    + " larger (java -Xmx...)");
        }
    }

    private static void checkTimeout(String name, @Nullable Duration timeout, Duration longest) {
        if (timeout != null && timeout.compareTo(longest) > 0) {
            throw new IllegalArgumentException(
                    name + " can't be " + text(timeout) + ": pipe.limits.timeout allows no more than " + text(longest));
        }
    }

    /** How long a write waits for a full pipe unless it says otherwise. */
    Duration inputTimeout() {
        return shorter(input.timeout, Input.DEFAULT_TIMEOUT);
    }

    /** How long a read waits unless it says otherwise. */
    Duration outputTimeout() {
        return shorter(output.timeout, Output.DEFAULT_TIMEOUT);
    }

    private Duration shorter(@Nullable Duration timeout, Duration absent) {
        if (timeout != null) {
            return timeout;
        }
        return absent.compareTo(limits.timeout) < 0 ? absent : limits.timeout;
    }

    /**
     * @param timeout how long a write waits for a full pipe unless it says otherwise; 30 s, or as long as any request may,
     *     if absent
     * @param maxRequest the most that one write may bring; unlimited if absent
     */
    record Input(@Nullable Duration timeout, @Nullable DataSize maxRequest) {

        private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

        Input {
            if (timeout != null) {
                check("pipe.input.timeout", timeout, SHORTEST, LONGEST);
            }
            if (maxRequest != null && maxRequest.toBytes() < 1) {
                throw new IllegalArgumentException(
                        "pipe.input.max-request is 1B or more; leave it out for as much as there is");
            }
        }
    }

    /**
     * @param window how much output is held, and how much of it at most can go unread
     * @param whenFull whether the child then waits, or the oldest bytes are dropped
     * @param timeout how long a read waits unless it says otherwise; 5 s, or as long as any request may, if absent
     */
    record Output(
            @DefaultValue("1MB") DataSize window,
            @DefaultValue("block") WhenFull whenFull,
            @Nullable Duration timeout) {

        private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

        Output {
            check("pipe.output.window", window);
            if (timeout != null) {
                check("pipe.output.timeout", timeout, Duration.ZERO, LONGEST);
            }
        }
    }

    enum WhenFull {
        BLOCK,
        DROP_OLDEST
    }

    /** @param window how much of stderr is held; the oldest is dropped */
    record Errors(@DefaultValue("256KB") DataSize window) {

        Errors {
            check("pipe.errors.window", window);
        }
    }

    /** @param heartbeat the longest silence in an event stream before a comment is sent; 100ms or more */
    record Events(@DefaultValue("15s") Duration heartbeat) {

        Events {
            check("pipe.events.heartbeat", heartbeat, SHORTEST_HEARTBEAT, LONGEST);
        }
    }

    /**
     * @param timeout the longest time that a request may wait
     * @param connections how many connections may be open at once; by default 1000, or as many as the heap holds
     * @param headerTimeout how long a request's headers may take to arrive
     * @param bodyTimeout how long each 64 KiB of a request's body, or its end, may take to arrive
     * @param minRate the slowest rate, in bytes a second, at which a body may come or an answer be taken beyond that time;
     *     1B to 1GB
     * @param stallTimeout for how long the client of a stream, or of its events, may accept nothing
     * @param waitingReaders how many reads, streams and exchanges may be in progress at once; by default what the JDK and the heap bear
     * @param waitingWriters how many writes may be in progress at once; by default what the JDK and the heap bear
     * @param observers how many event streams there may be at once; by default 128, or as many as the heap holds
     */
    record Limits(
            @DefaultValue("60s") Duration timeout,
            @Nullable @Positive @Max(MOST) Integer connections,
            @DefaultValue("10s") Duration headerTimeout,
            @DefaultValue("30s") Duration bodyTimeout,
            @DefaultValue("32KB") DataSize minRate,
            @DefaultValue("10m") Duration stallTimeout,
            @Nullable @Positive @Max(MOST) Integer waitingReaders,
            @Nullable @Positive @Max(MOST) Integer waitingWriters,
            @Nullable @Positive @Max(MOST) Integer observers) {

        Limits {
            check("pipe.limits.timeout", timeout, SHORTEST, LONGEST);
            check("pipe.limits.header-timeout", headerTimeout, SHORTEST, LONGEST);
            check("pipe.limits.body-timeout", bodyTimeout, SHORTEST, LONGEST);
            check("pipe.limits.stall-timeout", stallTimeout, SHORTEST, LONGEST);
            if (minRate.toBytes() < 1 || minRate.toBytes() > LARGEST_RATE) {
                throw new IllegalArgumentException("pipe.limits.min-rate is from 1B to 1GB");
            }
        }
    }

    private static void check(String name, Duration duration, Duration shortest, Duration longest) {
        if (duration.compareTo(shortest) < 0 || duration.compareTo(longest) > 0) {
            throw new IllegalArgumentException(
                    name + " can't be " + text(duration) + ": it is from " + text(shortest) + " to " + text(longest));
        }
    }

    private static void check(String name, DataSize size) {
        if (size.toBytes() < SMALLEST_WINDOW || size.toBytes() > LARGEST_WINDOW) {
            throw new IllegalArgumentException(name + " is from 4KB to 1GB");
        }
    }

    /** As it would be written as a setting. */
    private static String text(Duration duration) {
        if (duration.toMillisPart() != 0) {
            return duration.toMillis() + "ms";
        }
        return duration.toSeconds() % 3600 == 0 && !duration.isZero()
                ? duration.toHours() + "h"
                : duration.toSeconds() + "s";
    }
}
