package io.piperelay.session;

import io.piperelay.platform.ExitStatus;
import io.piperelay.platform.Topology;
import io.piperelay.session.SessionStatus.StoppedBy;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an operator reads about a session: one line each for its start, each signal to its child, the child's exit and its
 * own end, and one warning for each thing that goes wrong. No payload is ever logged.
 */
final class SessionLog {

    private static final Logger log = LoggerFactory.getLogger(SessionLog.class);

    private final String session;
    private final String child;

    SessionLog(String session, String child, long pid) {
        this.session = session;
        this.child = "child '" + child + "', pid " + pid;
    }

    void started(Topology topology) {
        log.info("Session {} started, {}: {}", session, topology, child);
    }

    void exited(ExitStatus status) {
        String signal = status.signal() == null ? "" : ", by " + status.signal();
        log.info("Session {}: {}, exited with code {}{}", session, child, ExitStatus.shown(status.code()), signal);
    }

    void signalled(String sentAs) {
        log.info("Session {}: {}, was sent {} for a client", session, child, sentAs);
    }

    /**
     * @param why the reason for which the session was closed
     * @param exitCode null if the child has not exited
     * @param stoppedBy null if the child had already exited
     */
    void ended(String why, @Nullable Integer exitCode, @Nullable StoppedBy stoppedBy) {
        String how = stoppedBy == null ? "had exited before" : "stopped by " + stoppedBy;
        String code = exitCode == null ? "unknown" : ExitStatus.shown(exitCode);
        log.info("Session {} ended, {}: {}, {}, exit code {}", session, why, child, how, code);
    }

    void survivedKill() {
        log.warn("Session {}: {}, was killed and has not ended; it is given up", session, child);
    }

    void inputBroken(IOException cause) {
        log.warn("Session {}: {}, runs on but takes no more input: {}", session, child, cause.getMessage());
    }

    void unreadable(StandardStream stream, IOException cause) {
        log.warn("Session {}: {}, its {} cannot be read any more: {}", session, child, stream, cause.getMessage());
    }

    static void notStarted(String child, IOException cause) {
        log.warn("No session with child '{}' could be started: {}", child, cause.getMessage());
    }
}
