package io.piperelay.web;

import io.piperelay.restart.Restarts;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;

/**
 * The component {@code pipe} of {@code /actuator/health}: out of service while the child is to be restarted, and down once it
 * has been restarted too often. A child that is not restarted when it exits leaves the service in order.
 */
@Component
class PipeHealthIndicator extends AbstractHealthIndicator {

    private final Restarts restarts;

    PipeHealthIndicator(Restarts restarts) {
        this.restarts = restarts;
    }

    @Override
    protected void doHealthCheck(Health.Builder health) {
        Restarts.Status status = restarts.status();
        switch (status.state()) {
            case RESTARTING -> health.outOfService();
            case GIVEN_UP -> health.down();
            default -> health.up();
        }
        health.withDetail("state", status.state().toString()).withDetail("restarts", status.restarts());
        if (status.lastExit() != null) {
            health.withDetail("lastExit", status.lastExit());
        }
    }
}
