package io.piperelay.web.tomcat;

import io.piperelay.web.problem.Problem;
import io.piperelay.web.problem.ProblemType;
import io.piperelay.web.problem.ProblemWriter;
import java.util.regex.Pattern;
import org.apache.catalina.connector.Request;
import org.apache.tomcat.util.buf.MessageBytes;
import org.apache.tomcat.util.http.MimeHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that Tomcat understands in one way, and that whatever stands in front of the service may understand in
 * another: that is how requests are smuggled past it.
 */
final class AmbiguousRequestValve extends RefusingValve {

    private static final String TWO_LENGTHS = AmbiguousRequestValve.class.getName() + ".twoLengths";

    /** Room for every parameter, the longest delimiter included: 1024 characters of four bytes, percent-encoded. */
    private static final int LONGEST_TARGET = 16 * 1024;

    /** Dot segments, also encoded ones, and empty ones. */
    private static final Pattern REDUNDANT_SEGMENT = Pattern.compile("/(?:(?:\\.|%2[eE]){1,2}(?:/|$)|/)");

    AmbiguousRequestValve(ProblemWriter problems) {
        super(problems);
    }

    /**
     * Notes whether a request brings a length and a transfer coding at once. To be called when its headers are parsed:
     * Tomcat then goes by the coding and drops the length.
     */
    static void look(org.apache.coyote.Request request) {
        MimeHeaders headers = request.getMimeHeaders();
        if (headers.getValue("Transfer-Encoding") != null && headers.getValue("Content-Length") != null) {
            request.setAttribute(TWO_LENGTHS, Boolean.TRUE);
        }
    }

    @Override
    @Nullable Problem refusal(Request request) {
        if (isTooLong(request.getCoyoteRequest())) {
            return new Problem(ProblemType.TARGET_TOO_LONG, "The request's target is longer than this service reads.");
        }
        String ambiguity = ambiguity(request);
        return ambiguity == null ? null : new Problem(ProblemType.BAD_REQUEST, ambiguity);
    }

    /** Of which Tomcat keeps nothing if it does not fit into its buffer. */
    static boolean isTooLong(org.apache.coyote.Request request) {
        MessageBytes path = request.requestURI();
        return path.isNull() || path.getLength() + request.queryString().getLength() > LONGEST_TARGET;
    }

    private static @Nullable String ambiguity(Request request) {
        String path = request.getRequestURI();
        if (path.indexOf(';') >= 0) {
            return "The path must not have parameters (\";\").";
        }
        if (REDUNDANT_SEGMENT.matcher(path).find()) {
            return "The path must not have empty segments or dot segments.";
        }
        boolean twoLengths = request.getCoyoteRequest().getAttribute(TWO_LENGTHS) != null;
        return twoLengths ? "Content-Length and Transfer-Encoding exclude each other (RFC 9112, 6.1)." : null;
    }
}
