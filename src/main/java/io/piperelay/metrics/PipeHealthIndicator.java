package io.piperelay.metrics;

import io.piperelay.restart.ChildHealth;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.stereotype.Component;

/**
 * The component {@code pipe} of {@code /actuator/health}: out of service while the child is to be restarted, and down once it
 * has been restarted too often. A child that is not restarted when it exits leaves the service in order, and so does a
 * missing session, unless there should always be one.
 */
@Component
class PipeHealthIndicator extends AbstractHealthIndicator {

    private final ChildHealth child;

    PipeHealthIndicator(ChildHealth child) {
        this.child = child;
    }

    /** As things are, without the details. */
    Status status() {
        return status(child.status().state());
    }

    @Override
    protected void doHealthCheck(Health.Builder health) {
        ChildHealth.Status status = child.status();
        health.status(status(status.state()))
                .withDetail("state", status.state().toString())
                .withDetail("restarts", status.restarts());
        if (status.lastExit() != null) {
            health.withDetail("lastExit", status.lastExit());
        }
    }

    private Status status(ChildHealth.State state) {
        return switch (state) {
            case RUNNING -> Status.UP;
            case RESTARTING -> Status.OUT_OF_SERVICE;
            case GIVEN_UP -> Status.DOWN;
            case EXITED -> child.isExpected() ? Status.DOWN : Status.UP;
            case NONE -> child.isExpected() ? Status.OUT_OF_SERVICE : Status.UP;
        };
    }
}
