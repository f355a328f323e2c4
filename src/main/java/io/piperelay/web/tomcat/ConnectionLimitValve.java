package io.piperelay.web.tomcat;

import io.piperelay.web.access.ServicePath;
import io.piperelay.web.problem.Problem;
import io.piperelay.web.problem.ProblemType;
import io.piperelay.web.problem.ProblemWriter;
import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Answers requests that arrive while there are too many connections with 503, and closes those connections. Without it,
 * clients would wait unanswered in the system's queue, the operator among them. What the operator needs to stay in control
 * is always answered: the session's status and end, and the service's health.
 */
final class ConnectionLimitValve extends ValveBase {

    /** Connections beyond the limit that are accepted only to be refused; any more wait in the system's queue. */
    static final int SURPLUS = 100;

    private final ProblemWriter problems;
    private final int limit;

    ConnectionLimitValve(ProblemWriter problems, int limit) {
        super(true);
        this.problems = problems;
        this.limit = limit;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        if (response.isErrorReportRequired() || !isOneTooMany(request)) {
            getNext().invoke(request, response);
            return;
        }
        problems.write(
                new Problem(
                        ProblemType.TOO_MANY_CONNECTIONS,
                        "More than " + limit + " connections are open; try again later."),
                request,
                response);
    }

    private boolean isOneTooMany(Request request) {
        var protocol = (RelayProtocol) request.getConnector().getProtocolHandler();
        return protocol.hasMoreConnectionsThan(limit) && !isAlwaysAnswered(request);
    }

    private static boolean isAlwaysAnswered(Request request) {
        String path = ServicePath.of(request);
        return (path.equals("/pipe") && !request.getMethod().equals("POST")) || ServicePath.isHealth(request);
    }
}
