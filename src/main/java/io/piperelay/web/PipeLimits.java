package io.piperelay.web;

import io.piperelay.settings.HeapShares;
import io.piperelay.settings.Ranges;
import io.piperelay.startup.StartException;
import io.piperelay.web.payload.ClientPace;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.thread.Threading;
import org.springframework.core.env.Environment;
import org.springframework.util.unit.DataSize;

/** What a request may ask for, how long it may take, and how many there may be at once, as the operator configured it. */
@ConfigurationProperties("pipe")
public record PipeLimits(
        @DefaultValue Input input,
        @DefaultValue Output output,
        @DefaultValue Events events,
        @DefaultValue Limits limits) {

    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);

    /** This many of Tomcat's 1100 platform threads may wait, and 128 observe; the rest always answer. */
    private static final int READERS_ON_PLATFORM_THREADS = 512;

    private static final int WRITERS_ON_PLATFORM_THREADS = 256;

    /** On virtual threads waiting costs little, and is limited by the number of connections anyway. */
    private static final int WAITING_ON_VIRTUAL_THREADS = 4096;

    private static final int OBSERVERS = 128;
    private static final int CREATORS = 64;

    public PipeLimits {
        checkTimeout("pipe.input.timeout", input.timeout, limits.timeout);
        checkTimeout("pipe.output.timeout", output.timeout, limits.timeout);
    }

    private static void checkTimeout(String name, @Nullable Duration timeout, Duration longest) {
        if (timeout != null && timeout.compareTo(longest) > 0) {
            throw new StartException(name + " can't be " + Ranges.text(timeout)
                    + ": pipe.limits.timeout allows no more than " + Ranges.text(longest) + ".");
        }
    }

    /** How long a write waits for a full pipe unless it says otherwise. */
    Duration writeTimeout() {
        return timeout(input.timeout, WRITE_TIMEOUT);
    }

    /** How long a read waits unless it says otherwise. */
    Duration readTimeout() {
        return timeout(output.timeout, READ_TIMEOUT);
    }

    private Duration timeout(@Nullable Duration timeout, Duration absent) {
        if (timeout != null) {
            return timeout;
        }
        return absent.compareTo(limits.timeout) < 0 ? absent : limits.timeout;
    }

    /** The longest that any request may wait, or grant as grace. */
    Duration longestTimeout() {
        return limits.timeout;
    }

    /** How long the client of a stream may receive nothing. */
    Duration stallTimeout() {
        return limits.stallTimeout;
    }

    /** The longest silence in an event stream. */
    Duration heartbeat() {
        return events.heartbeat;
    }

    ClientPace pace() {
        return new ClientPace(limits.bodyTimeout, limits.minRate.toBytes());
    }

    /** The maximum number of bytes of a body that has to be in memory as a whole before it is written. */
    int maxFrame() {
        return Math.toIntExact(input.maxFrame.toBytes());
    }

    /** The maximum number of bytes of one write. */
    long maxRequest() {
        return input.maxRequest == null ? Long.MAX_VALUE : input.maxRequest.toBytes();
    }

    /**
     * How many reads, streams and exchanges may be in progress at once.
     *
     * @param environment knows whether they wait on virtual threads
     */
    int waitingReaders(Environment environment) {
        return limits.waitingReaders == null
                ? Math.min(
                        onThreads(environment, READERS_ON_PLATFORM_THREADS),
                        HeapShares.ofThisProcess().readers())
                : limits.waitingReaders;
    }

    /**
     * How many writes may be in progress at once.
     *
     * @param environment knows whether they wait on virtual threads
     */
    int waitingWriters(Environment environment) {
        return limits.waitingWriters == null
                ? Math.min(
                        onThreads(environment, WRITERS_ON_PLATFORM_THREADS),
                        HeapShares.ofThisProcess().writers())
                : limits.waitingWriters;
    }

    private static int onThreads(Environment environment, int platformThreads) {
        return Threading.VIRTUAL.isActive(environment) ? WAITING_ON_VIRTUAL_THREADS : platformThreads;
    }

    /** How many event streams and WebSockets there may be at once. */
    int observers() {
        return limits.observers == null
                ? Math.min(OBSERVERS, HeapShares.ofThisProcess().observers())
                : limits.observers;
    }

    /** How many requests to create a session may be arriving at once. */
    int creators() {
        return Math.min(CREATORS, HeapShares.ofThisProcess().creators());
    }

    /**
     * @param timeout how long a write waits for a full pipe unless it says otherwise, up to pipe.limits.timeout; by default
     *     the lesser of 30s and pipe.limits.timeout
     * @param maxRequest the most that one write may bring; by default unlimited
     * @param maxFrame the most that a body may bring that is converted to the child's charset before it is written, or framed
     *     without a Content-Length; from 1KB to 256MB, and no more than a sixteenth of the heap
     */
    public record Input(
            @Nullable Duration timeout,
            @Nullable DataSize maxRequest,
            @DefaultValue("16MB") DataSize maxFrame) {

        public Input {
            if (timeout != null) {
                Ranges.check("pipe.input.timeout", timeout);
            }
            Ranges.check("pipe.input.max-frame", maxFrame, "1KB", "256MB");
            if (maxRequest != null && maxRequest.toBytes() < 1) {
                throw new StartException("pipe.input.max-request is 1B or more; leave it out for as much as there is.");
            }
        }
    }

    /**
     * @param timeout how long a read waits unless it says otherwise, from 0s to pipe.limits.timeout; by default the lesser
     *     of 5s and pipe.limits.timeout
     */
    public record Output(@Nullable Duration timeout) {

        public Output {
            if (timeout != null) {
                Ranges.check("pipe.output.timeout", timeout, "0s", "24h");
            }
        }
    }

    /** @param heartbeat the longest silence in an event stream before a comment is sent, or by a WebSocket a ping; 100ms or more */
    public record Events(@DefaultValue("15s") Duration heartbeat) {

        public Events {
            Ranges.check("pipe.events.heartbeat", heartbeat, "100ms", "24h");
        }
    }

    /**
     * @param timeout the longest wait or grace that a request may ask for
     * @param bodyTimeout how long each 64 KiB of a request's body, or its end, may take to arrive
     * @param minRate the slowest rate, a second, at which a body as a whole may come, or the answer to a read or an exchange
     *     be taken, once pipe.limits.body-timeout has passed; from 1B to 1GB
     * @param stallTimeout for how long the client of a stream, of events or of a WebSocket may accept nothing
     * @param waitingReaders reads, streams and exchanges that may wait at once; more get 503; by default the lesser of 4096
     *     (512 before JDK 21) and heap/600KB
     * @param waitingWriters writes that may wait at once; more get 503; by default the lesser of 4096 (256 before JDK 21) and
     *     heap/2MB
     * @param observers event streams and WebSockets that there may be at once; more get 503; by default the lesser of 128 and heap/1.6MB
     */
    public record Limits(
            @DefaultValue("60s") Duration timeout,
            @DefaultValue("30s") Duration bodyTimeout,
            @DefaultValue("32KB") DataSize minRate,
            @DefaultValue("10m") Duration stallTimeout,
            @Nullable Integer waitingReaders,
            @Nullable Integer waitingWriters,
            @Nullable Integer observers) {

        public Limits {
            Ranges.check("pipe.limits.timeout", timeout);
            Ranges.check("pipe.limits.body-timeout", bodyTimeout);
            Ranges.check("pipe.limits.min-rate", minRate, "1B", "1GB");
            Ranges.check("pipe.limits.stall-timeout", stallTimeout);
            Ranges.checkClients("pipe.limits.waiting-readers", waitingReaders);
            Ranges.checkClients("pipe.limits.waiting-writers", waitingWriters);
            Ranges.checkClients("pipe.limits.observers", observers);
        }
    }
}
