package io.piperelay.session;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Tells an observer what happens in a session, and in those that follow it. */
public final class Following {

    /** Who is told. Its methods are called by one thread, and may block. */
    public interface Observer {

        /** Whether it is not interested any more. Quick. */
        boolean isOver();

        void send(PipeEvent event) throws IOException;

        /** Nothing has happened for as long as the heartbeat takes. */
        void heartbeat() throws IOException;
    }

    private final PipeSessions sessions;
    private final Duration heartbeat;

    public Following(PipeSessions sessions, Duration heartbeat) {
        this.sessions = sessions;
        this.heartbeat = heartbeat;
    }

    /** Returns once the exit has been told, or the observer is no longer interested. */
    public void tell(Observation observation, Observer observer) throws IOException, InterruptedException {
        PipeEvent event = null;
        while (!(event instanceof PipeEvent.Exit)) {
            event = observation.next(new Deadline(heartbeat, observer::isOver));
            if (event != null) {
                observer.send(event);
            } else if (observer.isOver()) {
                return;
            } else {
                observer.heartbeat();
            }
        }
    }

    /**
     * Goes on behind a session's exit.
     *
     * @param only whether no other session is meant, so that these are not observed themselves
     * @param observe how each of these is observed
     */
    public void tellOfSuccessors(
            PipeSession session, boolean only, Observer observer, Function<PipeSession, Observation> observe)
            throws IOException, InterruptedException {
        PipeSession told = session;
        for (String next = successor(told, observer); next != null; next = successor(told, observer)) {
            observer.send(new PipeEvent.Restarted(next, told.id()));
            told = sessions.currentIfAny();
            if (only || told == null || !told.id().equals(next)) {
                return; // Who reconnects gets what is there by then.
            }
            tell(observe.apply(told), observer);
        }
    }

    /** Waits until it is decided which session follows; null if none does, or if the observer has gone. */
    private @Nullable String successor(PipeSession ended, Observer observer) throws IOException, InterruptedException {
        while (!ended.succession().await(new Deadline(heartbeat, observer::isOver))) {
            if (observer.isOver()) {
                return null;
            }
            observer.heartbeat();
        }
        return ended.succession().successor();
    }
}
