package io.piperelay.restart;

import io.piperelay.session.Deadline;
import io.piperelay.session.PipeException;
import io.piperelay.session.PipeSession;
import io.piperelay.session.PipeSessions;
import io.piperelay.session.SessionListener;
import io.piperelay.session.SessionStatus;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts children again that have exited by themselves, each in a session of its own. One thread does it, so nobody waits for
 * a restart but whoever wants to. A session that a client ends or replaces, also while it is to be restarted, is not followed
 * by another.
 */
public final class Restarts implements SessionListener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Restarts.class);

    private final PipeSessions sessions;
    private final Map<String, RestartPolicy> policies;
    private final BlockingQueue<PipeSession> exits = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::run, "pipe-restart");

    private volatile String givenUp = "";

    /** What the last restart began, and how far its row has come. Of the thread's own. */
    private String last = "";

    private int inARow;
    private Duration delay = Duration.ZERO;

    /** @param policies by the names of profiles; for others, nothing is done */
    public Restarts(PipeSessions sessions, Map<String, RestartPolicy> policies) {
        this.sessions = sessions;
        this.policies = policies;
        sessions.addListener(this);
        if (!policies.isEmpty()) {
            thread.setDaemon(true);
            thread.start();
        }
    }

    @Override
    public void exited(PipeSession session) {
        if (policies.containsKey(session.child())) {
            session.succession().expect();
            exits.add(session);
        }
    }

    private void run() {
        try {
            while (true) {
                follow(exits.take());
            }
        } catch (InterruptedException e) {
            // The service ends.
        }
    }

    private void follow(PipeSession exited) throws InterruptedException {
        try {
            followAsItsPolicySays(exited);
        } catch (RuntimeException e) {
            log.error("Session {} is not followed by another", exited.id(), e);
        } finally {
            exited.succession().refuse();
        }
    }

    private void followAsItsPolicySays(PipeSession exited) throws InterruptedException {
        SessionStatus status = exited.status();
        RestartPolicy policy = Objects.requireNonNull(policies.get(exited.child()));
        if (!exited.id().equals(last)
                || !ranFor(status).minus(policy.longestDelay()).isNegative()) {
            inARow = 0;
            delay = policy.delay();
        }
        if (policy.isFor(Objects.requireNonNull(status.child().exitCode()))) {
            restart(exited, policy);
        }
    }

    private static Duration ranFor(SessionStatus status) {
        return Duration.between(
                status.createdAt(), Objects.requireNonNull(status.child().exitedAt()));
    }

    /** Returns when it has done so, or need not any more, or has tried too often. */
    private void restart(PipeSession exited, RestartPolicy policy) throws InterruptedException {
        while (inARow < policy.limit()) {
            if (exited.succession().await(new Deadline(delay, () -> false))) {
                return;
            }
            inARow++;
            delay = policy.after(delay);
            try {
                PipeSession next = sessions.restart(exited);
                if (next != null) {
                    last = next.id();
                }
                return;
            } catch (PipeException e) {
                // It is logged, and counts as a run that ended at once.
            }
        }
        if (exited.succession().isOpen()) {
            givenUp = exited.id();
            log.warn("Child '{}' is not restarted any more: it was {} times in a row", exited.child(), inARow);
        }
    }

    /** Whether this session's child has been restarted too often to be restarted again. */
    boolean haveGivenUp(PipeSession session) {
        return session.id().equals(givenUp);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
