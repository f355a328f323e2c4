package io.piperelay;

import io.piperelay.session.PipeException;
import io.piperelay.session.PipeSessions;
import io.piperelay.startup.Failures;
import io.piperelay.startup.StartException;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.stereotype.Component;

/**
 * Creates the session that the service starts with, before the web server accepts connections; and closes the session when
 * the service shuts down, before the web server waits for the requests in progress, because closing the session is what
 * wakes them.
 */
@Component
class SessionLifecycle implements SmartLifecycle, ApplicationListener<ContextClosedEvent> {

    private static final int BEFORE_THE_WEB_SERVER = 0;

    private final PipeSessions sessions;
    private final @Nullable String first;
    private volatile boolean running;

    SessionLifecycle(PipeSessions sessions, SessionSettings settings) {
        this.sessions = sessions;
        this.first = settings.start();
    }

    @Override
    public int getPhase() {
        return BEFORE_THE_WEB_SERVER;
    }

    @Override
    public void start() {
        running = true;
        if (first != null) {
            try {
                sessions.start(first);
            } catch (PipeException e) {
                throw new StartException("The child '" + first + "' can't be started: " + Failures.reason(e) + ".", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Before any part of the service is stopped. */
    @Override
    public void onApplicationEvent(ContextClosedEvent event) {
        stop();
    }

    /** The only notice if the web server does not start. */
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
