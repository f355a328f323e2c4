package io.piperelay;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What an operator can set, all below {@code pipe}.
 *
 * @param children the child profiles, by name
 */
@Validated
@ConfigurationProperties("pipe")
record PipeRelayProperties(
        @NotEmpty Map<String, @Valid Child> children,
        @DefaultValue @Valid Input input,
        @DefaultValue @Valid Output output,
        @DefaultValue @Valid Errors errors,
        @DefaultValue @Valid Events events,
        @DefaultValue @Valid Limits limits,
        @DefaultValue Access access) {

    private static final int MOST_CONNECTIONS = 1_000_000;
    private static final Duration SHORTEST_HEARTBEAT = Duration.ofMillis(100);
    private static final long SMALLEST_WINDOW = 4096;
    private static final long LARGEST_WINDOW = 1L << 30;
    private static final long LARGEST_RATE = 1L << 30;

    /**
     * @param command the program and its arguments, passed as they are, by no shell; the program {@code {agent}} is the
     *     bundled agent
     * @param workingDirectory the folder it starts in; the service's own by default
     * @param environment its whole environment; nothing is inherited
     * @param stopGrace how long it may take to end once its input has ended, before it is told to
     */
    record Child(
            @NotEmpty List<String> command,
            @Nullable Path workingDirectory,
            @DefaultValue Map<String, String> environment,
            @DefaultValue("2s") Duration stopGrace) {}

    /**
     * @param timeout how long a write waits for a full pipe unless it says otherwise
     * @param maxRequest the most that one write may bring; unlimited if absent
     */
    record Input(
            @DefaultValue("30s") Duration timeout, @Nullable DataSize maxRequest) {}

    /**
     * @param window how much output is held, and how much of it at most can go unread
     * @param whenFull whether the child then waits, or the oldest bytes are dropped
     * @param timeout how long a read waits unless it says otherwise
     */
    record Output(
            @DefaultValue("1MB") DataSize window,
            @DefaultValue("block") WhenFull whenFull,
            @DefaultValue("5s") Duration timeout) {

        Output {
            check(window, "pipe.output.window");
        }
    }

    enum WhenFull {
        BLOCK,
        DROP_OLDEST
    }

    /** @param window how much of stderr is held; the oldest is dropped */
    record Errors(@DefaultValue("256KB") DataSize window) {

        Errors {
            check(window, "pipe.errors.window");
        }
    }

    /** @param heartbeat the longest silence in an event stream before a comment is sent; 100ms or more */
    record Events(@DefaultValue("15s") Duration heartbeat) {

        Events {
            if (heartbeat.compareTo(SHORTEST_HEARTBEAT) < 0) {
                throw new IllegalArgumentException("pipe.events.heartbeat is 100ms or more");
            }
        }
    }

    /**
     * @param timeout the longest time that a request may wait
     * @param connections how many connections may be open at once
     * @param headerTimeout how long a request's headers may take to arrive
     * @param bodyTimeout how long each 64 KiB of a request's body, or its end, may take to arrive
     * @param minRate the slowest rate, in bytes a second, at which a body may come or an answer be taken beyond that time;
     *     1B to 1GB
     * @param stallTimeout for how long the client of a stream, or of its events, may accept nothing
     * @param waitingReaders how many reads, streams and exchanges may be in progress at once; by default what the JDK bears
     * @param waitingWriters how many writes may be in progress at once; by default what the JDK bears
     * @param observers how many event streams there may be at once
     */
    record Limits(
            @DefaultValue("60s") @NotNull Duration timeout,

            @DefaultValue("1000") @Positive @Max(MOST_CONNECTIONS) int connections,

            @DefaultValue("10s") @NotNull Duration headerTimeout,
            @DefaultValue("30s") @NotNull Duration bodyTimeout,
            @DefaultValue("32KB") @NotNull DataSize minRate,
            @DefaultValue("10m") @NotNull Duration stallTimeout,
            @Nullable @Positive Integer waitingReaders,
            @Nullable @Positive Integer waitingWriters,
            @DefaultValue("128") @Positive int observers) {

        Limits {
            if (minRate.toBytes() < 1 || minRate.toBytes() > LARGEST_RATE) {
                throw new IllegalArgumentException("pipe.limits.min-rate is from 1B to 1GB");
            }
        }
    }

    /**
     * @param token what clients must present as a bearer token
     * @param tokenFile a file that holds the token, or gets one made up if it is not there yet
     * @param allowedHosts names by which clients may address the service besides the loopback ones
     */
    record Access(
            @Nullable String token,
            @Nullable Path tokenFile,
            @DefaultValue List<String> allowedHosts) {}

    private static void check(DataSize size, String name) {
        if (size.toBytes() < SMALLEST_WINDOW || size.toBytes() > LARGEST_WINDOW) {
            throw new IllegalArgumentException(name + " is from 4KB to 1GB");
        }
    }
}
