package io.piperelay.web;

import io.piperelay.session.PipeSession;
import io.piperelay.session.PipeSessions;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/** Finds the session that a request means, and names it in the answer, even if that becomes a problem document. */
final class MeantSession {

    static final String PARAMETER = "session";
    static final String HEADER = "Pipe-Session";

    /** The length of a session's id, a UUID. */
    private static final int LENGTH = 36;

    private final PipeSessions sessions;

    MeantSession(PipeSessions sessions) {
        this.sessions = sessions;
    }

    /** The id that the request names, if it does. */
    static @Nullable String idIn(Query query) {
        return query.text(PARAMETER, LENGTH);
    }

    PipeSession toWrite(Query query, HttpServletResponse response) {
        return named(sessions.current(idIn(query)), response);
    }

    PipeSession toRead(Query query, HttpServletResponse response) {
        return named(sessions.readable(idIn(query)), response);
    }

    private static PipeSession named(PipeSession session, HttpServletResponse response) {
        response.setHeader(HEADER, session.id());
        return session;
    }
}
