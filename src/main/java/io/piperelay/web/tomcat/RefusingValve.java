package io.piperelay.web.tomcat;

import io.piperelay.web.problem.Problem;
import io.piperelay.web.problem.ProblemWriter;
import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.jspecify.annotations.Nullable;

/** Turns requests away before the application sees them. What Tomcat has refused already stays refused as it was. */
abstract class RefusingValve extends ValveBase {

    private final ProblemWriter problems;

    RefusingValve(ProblemWriter problems) {
        super(true);
        this.problems = problems;
    }

    /** What is wrong with the request, or null. */
    abstract @Nullable Problem refusal(Request request);

    @Override
    public final void invoke(Request request, Response response) throws IOException, ServletException {
        Problem refusal = response.isErrorReportRequired() ? null : refusal(request);
        if (refusal == null) {
            getNext().invoke(request, response);
        } else {
            problems.write(refusal, request, response);
        }
    }
}
