package io.piperelay.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.piperelay.session.PipeSession;
import io.piperelay.session.PipeSessions;
import io.piperelay.session.SessionStatus;
import io.piperelay.session.Traffic;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Meters of each child, over all of its sessions. What a request changes is counted by the session itself, and only looked at
 * here.
 */
@Component
class SessionMeters implements MeterBinder {

    private final PipeSessions sessions;

    SessionMeters(PipeSessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        sessions.children().forEach(child -> new OfOne(child, registry).register());
        sessions.addListener(new SessionEvents(sessions.children(), registry));
    }

    private final class OfOne {

        private final String child;
        private final MeterRegistry registry;

        OfOne(String child, MeterRegistry registry) {
            this.child = child;
            this.registry = registry;
        }

        void register() {
            bytes("pipe.input", "Bytes accepted for the child's stdin", Traffic::inputBytes);
            messages("pipe.input.messages", "Messages accepted for the child's stdin", Traffic::inputMessages);
            bytes("pipe.output", "Bytes that the child wrote to its stdout", Traffic::outputBytes);
            messages(
                    "pipe.output.messages",
                    "Reads, replies and pieces of streams and WebSockets delivered",
                    Traffic::outputMessages);
            bytes("pipe.errors", "Bytes that the child wrote to its stderr", Traffic::errorsBytes);
            seconds(
                    "pipe.child.blocked",
                    "Time for which output was held back because the window was full of unread bytes",
                    Traffic::childBlockedNanos);
            seconds(
                    "pipe.writers.blocked",
                    "Time for which a message could not go on because the child left its pipe full",
                    Traffic::writersBlockedNanos);
            gauge("pipe.output.unread", "bytes", "Output that nobody has taken", SessionMeters::unread);
            gauge(
                    "pipe.output.window.fill",
                    "ratio",
                    "How much of the window unread output takes up",
                    output -> unread(output) / output.capacity());
        }

        private void bytes(String name, String description, ToLongFunction<Traffic> count) {
            counter(name, "bytes", description, count::applyAsLong);
        }

        private void messages(String name, String description, ToLongFunction<Traffic> count) {
            counter(name, null, description, count::applyAsLong);
        }

        private void seconds(String name, String description, ToLongFunction<Traffic> nanos) {
            double second = TimeUnit.SECONDS.toNanos(1);
            counter(name, "seconds", description, traffic -> nanos.applyAsLong(traffic) / second);
        }

        private void counter(String name, @Nullable String unit, String description, ToDoubleFunction<Traffic> value) {
            FunctionCounter.builder(name, sessions, all -> value.applyAsDouble(all.traffic(child)))
                    .baseUnit(unit)
                    .description(description)
                    .tag("child", child)
                    .register(registry);
        }

        private void gauge(String name, String unit, String description, ToDoubleFunction<SessionStatus.Output> value) {
            Gauge.builder(name, sessions, all -> {
                        PipeSession session = all.currentIfAny();
                        return session != null && session.child().equals(child)
                                ? value.applyAsDouble(session.output())
                                : 0;
                    })
                    .baseUnit(unit)
                    .description(description)
                    .tag("child", child)
                    .register(registry);
        }
    }

    private static double unread(SessionStatus.Output output) {
        return output.end() - output.cursor();
    }
}
