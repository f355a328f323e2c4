package io.piperelay.restart;

import io.piperelay.session.PipeSession;
import io.piperelay.session.PipeSessions;
import io.piperelay.session.SessionListener;
import io.piperelay.session.SessionStatus;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What becomes of the current session's child, and what became of those before. */
public final class ChildHealth implements SessionListener {

    private final PipeSessions sessions;
    private final Restarts restarts;
    private final boolean expected;
    private final AtomicInteger restarted = new AtomicInteger();
    private volatile SessionStatus.@Nullable Child lastExit;

    /** @param expected whether there should always be a child that runs */
    public ChildHealth(PipeSessions sessions, Restarts restarts, boolean expected) {
        this.sessions = sessions;
        this.restarts = restarts;
        this.expected = expected;
        sessions.addListener(this);
    }

    @Override
    public void exited(PipeSession session) {
        lastExit = session.status().child();
    }

    @Override
    public void restarted(PipeSession session) {
        restarted.incrementAndGet();
    }

    public boolean isExpected() {
        return expected;
    }

    public Status status() {
        return new Status(state(sessions.currentIfAny()), restarted.get(), lastExit);
    }

    private State state(@Nullable PipeSession session) {
        if (session == null) {
            return State.NONE;
        }
        if (session.status().child().exitedAt() == null) {
            return State.RUNNING;
        }
        if (session.succession().isOpen()) {
            return State.RESTARTING;
        }
        return restarts.haveGivenUp(session) ? State.GIVEN_UP : State.EXITED;
    }

    /**
     * @param restarts since the service started
     * @param lastExit of any child, for whatever reason; null if there was none
     */
    public record Status(State state, int restarts, SessionStatus.@Nullable Child lastExit) {}

    /** What becomes of the current session's child. */
    public enum State {
        /** There is no session. */
        NONE("none"),
        RUNNING("running"),
        /** It has exited, and is started again soon. */
        RESTARTING("restarting"),
        /** It has exited, and stays so. */
        EXITED("exited"),
        /** It has exited too often in a row, and stays so. */
        GIVEN_UP("given-up");

        private final String name;

        State(String name) {
            this.name = name;
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
