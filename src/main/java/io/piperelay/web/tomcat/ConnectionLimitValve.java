package io.piperelay.web.tomcat;

import io.piperelay.web.access.ServicePath;
import io.piperelay.web.problem.Problem;
import io.piperelay.web.problem.ProblemType;
import io.piperelay.web.problem.ProblemWriter;
import org.apache.catalina.connector.Request;
import org.jspecify.annotations.Nullable;

/**
 * Tells whoever asks while there are too many connections to come back later, and closes that connection. What keeps an
 * operator in command is answered all the same: the session's status and end, and the service's health.
 */
final class ConnectionLimitValve extends RefusingValve {

    /** Connections beyond the limit that are taken only to be told so; still others wait in the system's queue. */
    static final int SURPLUS = 100;

    private final int limit;

    ConnectionLimitValve(ProblemWriter problems, int limit) {
        super(problems);
        this.limit = limit;
    }

    @Override
    @Nullable Problem refusal(Request request) {
        var protocol = (RelayProtocol) request.getConnector().getProtocolHandler();
        return protocol.hasMoreConnectionsThan(limit) && !isAlwaysAnswered(request)
                ? new Problem(
                        ProblemType.TOO_MANY_CONNECTIONS,
                        "More than " + limit + " connections are open; try again later.")
                : null;
    }

    private static boolean isAlwaysAnswered(Request request) {
        String path = ServicePath.of(request);
        return path.equals("/pipe") && !request.getMethod().equals("POST") || path.equals("/actuator/health");
    }
}
