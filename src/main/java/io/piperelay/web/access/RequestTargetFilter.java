package io.piperelay.web.access;

import io.piperelay.web.problem.Problem;
import io.piperelay.web.problem.ProblemType;
import io.piperelay.web.problem.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses request targets that the service and a proxy in front of it may interpret differently, which is how a proxy's
 * path rules are bypassed. Checks the target as it was sent, before anything normalizes it or adds a prefix.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE) // Before forwarded headers change the path.
public final class RequestTargetFilter extends OncePerRequestFilter {

    /** Enough for every parameter, including the longest delimiter: 1024 characters of four bytes, percent-encoded. */
    private static final int LONGEST = 16 * 1024;

    /** Dot segments, also if percent-encoded, and empty ones. */
    private static final Pattern REDUNDANT_SEGMENT = Pattern.compile("/(?:(?:\\.|%2[eE]){1,2}(?:/|$)|/)");

    private final ProblemWriter problems;

    RequestTargetFilter(ProblemWriter problems) {
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Problem refusal = refusal(request);
        if (refusal == null) {
            chain.doFilter(request, response);
        } else {
            problems.write(refusal, request, response);
        }
    }

    /** @param length of the path and the query, in bytes */
    public static boolean isTooLong(int length) {
        return length > LONGEST;
    }

    private static @Nullable Problem refusal(HttpServletRequest request) {
        String path = request.getRequestURI();
        String query = request.getQueryString();
        if (isTooLong(path.length() + (query == null ? 0 : query.length()))) {
            return new Problem(ProblemType.TARGET_TOO_LONG, "The request target is longer than this service accepts.");
        }
        if (path.indexOf(';') >= 0) {
            return new Problem(ProblemType.BAD_REQUEST, "The path must not contain parameters (\";\").");
        }
        return REDUNDANT_SEGMENT.matcher(path).find()
                ? new Problem(ProblemType.BAD_REQUEST, "The path must not contain empty segments or dot segments.")
                : null;
    }
}
