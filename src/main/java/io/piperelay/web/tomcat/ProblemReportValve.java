package io.piperelay.web.tomcat;

import io.piperelay.web.problem.Problem;
import io.piperelay.web.problem.ProblemType;
import io.piperelay.web.problem.ProblemWriter;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;

/**
 * Answers what the container refused before the application saw it with a problem document, and what the actuator refused
 * without a word. Without it, those answers would be Tomcat's HTML pages, or empty.
 */
final class ProblemReportValve extends ErrorReportValve {

    private final ProblemWriter problems;

    ProblemReportValve(ProblemWriter problems) {
        this.problems = problems;
    }

    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        int status = response.getStatus();
        boolean reported = response.isError() && !response.setErrorReported();
        if (status < 400 || response.getContentWritten() > 0 || reported) {
            return;
        }
        if (closesConnection(request)) {
            response.setHeader("Connection", "close");
        }
        try {
            Problem noted = ProblemWriter.noted(request);
            problems.write(noted == null ? problem(status) : noted, request, response);
            response.finishResponse();
        } catch (IOException e) {
            container.getLogger().debug("The client did not wait for its problem document", e);
        }
    }

    /** Tomcat tells the client so for some statuses only. */
    private static boolean closesConnection(Request request) {
        var error = new AtomicBoolean();
        request.getCoyoteRequest().action(ActionCode.IS_ERROR, error);
        return error.get();
    }

    private static Problem problem(int status) {
        ProblemType type = ProblemType.ofStatus(status);
        return new Problem(
                type,
                switch (type) {
                    case NOT_FOUND -> "There is nothing here.";
                    case METHOD_NOT_ALLOWED -> "The method is not allowed here.";
                    case REQUEST_TIMEOUT -> "The request did not arrive in time.";
                    case TARGET_TOO_LONG -> "The request target is longer than this service accepts.";
                    case HEADERS_TOO_LARGE ->
                        "The request headers are larger or more numerous than this service accepts.";
                    case INTERNAL_ERROR -> "The service failed; its log says why.";
                    default ->
                        "The request is not well-formed HTTP, or asks for something this service does not support.";
                });
    }
}
