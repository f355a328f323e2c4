package io.piperelay.session;

import org.jspecify.annotations.Nullable;

/**
 * Which sessions a client can mean: the current one, and the one that ended last, which can still be read.
 *
 * @param current null if there is none
 * @param ended null until one has ended
 */
record KnownSessions(
        @Nullable PipeSession current, @Nullable PipeSession ended) {

    static final KnownSessions NONE = new KnownSessions(null, null);

    /**
     * The session to write to, or to end.
     *
     * @param id of the session that is meant; null for whichever is current
     * @throws PipeException {@code NO_SESSION} if no id is given, and there is no session
     * @throws PipeException {@code SESSION_CHANGED} if the session that is meant is not current
     */
    PipeSession current(@Nullable String id) {
        if (id != null) {
            refuseUnlessCurrent(id);
        }
        if (current == null) {
            throw PipeException.noSession();
        }
        return current;
    }

    /** The session to read from: like {@link #current(String)}, and by its id also the one that ended last. */
    PipeSession readable(@Nullable String id) {
        return ended != null && ended.id().equals(id) ? ended : current(id);
    }

    void refuseUnlessCurrent(String id) {
        if (current == null || !current.id().equals(id)) {
            throw PipeException.sessionChanged(id, current == null ? null : current.id());
        }
    }

    KnownSessions withCurrent(PipeSession session) {
        return new KnownSessions(session, ended);
    }

    /** What is known once this session has ended; the same instance if that was already known. */
    KnownSessions afterEndOf(PipeSession session) {
        return session == current ? new KnownSessions(null, session) : this;
    }
}
