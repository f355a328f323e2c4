package io.piperelay;

import io.piperelay.session.PipeSessions;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Closes the session when the service shuts down: before the web server waits for the requests in progress, because
 * closing the session is what wakes them.
 */
@Component
class SessionLifecycle implements SmartLifecycle {

    private final PipeSessions sessions;
    private volatile boolean running;

    SessionLifecycle(PipeSessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        sessions.shutDown();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
