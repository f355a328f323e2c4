package io.piperelay.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.piperelay.session.PipeException;
import io.piperelay.session.PipeSession;
import io.piperelay.session.SessionListener;
import io.piperelay.web.problem.ProblemType;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** Counts what happens to children and their sessions, by child. */
final class SessionEvents implements SessionListener {

    /** Of one child. On Windows there are four billion. */
    private static final int MOST_CODES = 100;

    /** From what a pipe takes at best to the longest timeout that is usual. */
    private static final Duration[] LATENCIES = LongStream.of(
                    250,
                    500,
                    1_000,
                    2_500,
                    5_000,
                    10_000,
                    25_000,
                    50_000,
                    100_000,
                    250_000,
                    500_000,
                    1_000_000,
                    2_500_000,
                    5_000_000,
                    10_000_000,
                    30_000_000,
                    60_000_000)
            .mapToObj(micros -> Duration.ofNanos(1000 * micros))
            .toArray(Duration[]::new);

    private static final List<PipeException.Reason> LAUNCH_FAILURES = List.of(
            PipeException.Reason.PIPE_CREATION_FAILED,
            PipeException.Reason.CHILD_LAUNCH_FAILED,
            PipeException.Reason.RESOURCES_EXHAUSTED);

    private final MeterRegistry registry;
    private final Map<String, OfOne> children = new HashMap<>();

    SessionEvents(Set<String> children, MeterRegistry registry) {
        this.registry = registry;
        children.forEach(child -> this.children.put(child, new OfOne(child)));
    }

    @Override
    public void started(PipeSession session) {
        of(session.child()).starts.increment();
    }

    @Override
    public void notStarted(String child, PipeException.Reason reason) {
        of(child).launchFailures(reason).increment();
    }

    @Override
    public void exited(PipeSession session) {
        Integer code = session.status().child().exitCode();
        of(session.child()).exits(Objects.requireNonNull(code)).increment();
    }

    @Override
    public void restarted(PipeSession session) {
        of(session.child()).restarts.increment();
    }

    @Override
    public void answered(PipeSession session, long nanos) {
        of(session.child()).exchanges.record(nanos, TimeUnit.NANOSECONDS);
    }

    private OfOne of(String child) {
        return Objects.requireNonNull(children.get(child));
    }

    private final class OfOne {

        private final String child;
        private final Counter starts;
        private final Counter restarts;
        private final Timer exchanges;
        private final FewValues codes = new FewValues(MOST_CODES);

        OfOne(String child) {
            this.child = child;
            this.starts = counter("pipe.session.starts", "Children launched, each for a session of its own")
                    .register(registry);
            this.restarts = counter("pipe.child.restarts", "Children started again after their exit")
                    .register(registry);
            this.exchanges = Timer.builder("pipe.exchange.duration")
                    .description("From the beginning of an exchange until its reply was delivered")
                    .tag("child", child)
                    .serviceLevelObjectives(LATENCIES)
                    .register(registry);
            LAUNCH_FAILURES.forEach(this::launchFailures);
        }

        private Counter.Builder counter(String name, String description) {
            return Counter.builder(name).description(description).tag("child", child);
        }

        Counter launchFailures(PipeException.Reason reason) {
            return counter("pipe.launch.failures", "Children that could not be launched")
                    .tag("reason", ProblemType.of(reason).slug())
                    .register(registry);
        }

        Counter exits(int code) {
            return counter("pipe.child.exits", "Children that exited, whatever the reason")
                    .tag("code", codes.known(Integer.toString(code)))
                    .register(registry);
        }
    }
}
