package io.piperelay.metrics;

import io.piperelay.restart.ChildHealth;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.health.application.ReadinessStateHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.stereotype.Component;

/**
 * The component {@code readinessState}, which {@code /actuator/health/readiness} consists of: Spring Boot's own, in whose place
 * it stands, and where there should always be a child that runs, that child's as well. Not a member of its own, because Spring
 * Boot does not start if a group that is switched off is given members.
 */
@Component("readinessStateHealthIndicator")
@ConditionalOnBooleanProperty(name = "management.endpoint.health.probes.enabled", matchIfMissing = true)
class Readiness extends ReadinessStateHealthIndicator {

    private final ChildHealth child;
    private final PipeHealthIndicator pipe;

    Readiness(ApplicationAvailability availability, ChildHealth child, PipeHealthIndicator pipe) {
        super(availability);
        this.child = child;
        this.pipe = pipe;
    }

    @Override
    protected void doHealthCheck(Health.Builder health) throws Exception {
        super.doHealthCheck(health);
        if (child.isExpected() && health.build().getStatus().equals(Status.UP)) {
            health.status(pipe.status());
        }
    }
}
