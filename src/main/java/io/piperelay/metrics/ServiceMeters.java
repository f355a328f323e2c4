package io.piperelay.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.piperelay.web.Crowd;
import io.piperelay.web.problem.ProblemType;
import io.piperelay.web.problem.ProblemWriter;
import java.util.function.ToDoubleFunction;
import org.springframework.stereotype.Component;

/** Meters of the requests, whichever child they are for: who is being answered, and who was refused why. */
@Component
class ServiceMeters implements MeterBinder {

    private final Crowd crowd;
    private final ProblemWriter problems;

    ServiceMeters(Crowd crowd, ProblemWriter problems) {
        this.crowd = crowd;
        this.problems = problems;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge("pipe.readers", "Reads, exchanges and streams in progress", Crowd::readers, registry);
        gauge("pipe.writers", "Writes in progress", Crowd::writers, registry);
        gauge("pipe.observers", "Event streams in progress", Crowd::observers, registry);
        gauge("pipe.sockets", "WebSockets in progress", Crowd::sockets, registry);
        for (ProblemType type : ProblemType.values()) {
            FunctionCounter.builder("pipe.problems", problems, written -> written.count(type))
                    .description("Requests that were answered with a problem document")
                    .tag("type", type.slug())
                    .register(registry);
        }
    }

    private void gauge(String name, String description, ToDoubleFunction<Crowd> value, MeterRegistry registry) {
        Gauge.builder(name, crowd, value).description(description).register(registry);
    }
}
