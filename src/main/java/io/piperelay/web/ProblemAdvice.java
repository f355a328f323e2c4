package io.piperelay.web;

import io.piperelay.session.PipeException;
import io.piperelay.web.problem.Problem;
import io.piperelay.web.problem.ProblemException;
import io.piperelay.web.problem.ProblemType;
import io.piperelay.web.problem.ProblemWriter;
import io.piperelay.web.tomcat.ClientConnection;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.apache.catalina.connector.ClientAbortException;
import org.apache.coyote.BadRequestException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** The only place where an exception becomes an answer. */
@ControllerAdvice
class ProblemAdvice {

    private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

    private static final Problem NO_MEDIA_TYPE =
            new Problem(ProblemType.BAD_REQUEST, "The Accept or Content-Type header does not name a valid media type.");

    private final ProblemWriter problems;

    ProblemAdvice(ProblemWriter problems) {
        this.problems = problems;
    }

    /** An answer that has already begun when the failure occurs is aborted, so that its client notices. */
    @ExceptionHandler
    void answer(Exception failure, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (isTimeout(failure)) {
            problems.writeOrNote(problem(failure), request, response);
            return;
        }
        if (response.isCommitted() || failure instanceof ClientAbortException) {
            if (!(failure instanceof BadRequestException)) {
                ClientConnection.of(request).abort();
            }
            return; // The container has already decided how to answer a malformed body: by its report.
        }
        if (failure instanceof ErrorResponse refusal) {
            refusal.getHeaders().forEach((name, values) -> response.setHeader(name, String.join(", ", values)));
        }
        if (failure instanceof HttpRequestMethodNotSupportedException refusal) {
            response.setHeader("Allow", allowed(refusal.getSupportedMethods()));
        }
        boolean wildcard = failure instanceof IllegalArgumentException && isWildcard(request.getContentType());
        problems.write(wildcard ? NO_MEDIA_TYPE : problem(failure), request, response);
    }

    /** When a body arrives too slowly, the container may already have refused the request, and then answers itself. */
    private static boolean isTimeout(Exception failure) {
        return failure instanceof SocketTimeoutException
                || (failure instanceof PipeException pipe && pipe.reason() == PipeException.Reason.BODY_TOO_SLOW);
    }

    /** Spring reports this only as an IllegalArgumentException. */
    private static boolean isWildcard(@Nullable String contentType) {
        return contentType != null && contentType.contains("*");
    }

    /** HEAD comes with GET, and OPTIONS with every route. */
    private static String allowed(String @Nullable [] methods) {
        var allowed = new TreeSet<>(List.of("OPTIONS"));
        if (methods != null) {
            allowed.addAll(List.of(methods));
        }
        if (allowed.contains("GET")) {
            allowed.add("HEAD");
        }
        return String.join(", ", allowed);
    }

    static Problem problem(Exception failure) {
        if (failure instanceof PipeException pipe) {
            return new Problem(ProblemType.of(pipe.reason()), String.valueOf(pipe.getMessage()), pipe.data());
        }
        if (failure instanceof ProblemException refused) {
            return refused.problem();
        }
        if (failure instanceof NoResourceFoundException) {
            return new Problem(ProblemType.NOT_FOUND, "There is nothing here.");
        }
        if (failure instanceof ErrorResponse refusal) {
            return new Problem(
                    ProblemType.ofStatus(refusal.getStatusCode().value()),
                    Objects.requireNonNullElse(refusal.getBody().getDetail(), "The request was refused."));
        }
        if (failure instanceof InvalidMediaTypeException || failure instanceof InvalidMimeTypeException) {
            return NO_MEDIA_TYPE;
        }
        if (failure instanceof SocketTimeoutException) {
            return new Problem(ProblemType.REQUEST_TIMEOUT, "The request body did not arrive in time.");
        }
        if (failure instanceof BadRequestException) {
            return new Problem(ProblemType.BAD_REQUEST, "The request body is not well-formed.");
        }
        if (failure.getCause() instanceof OutOfMemoryError shortage) {
            log.warn("A request failed for lack of memory or threads: {}", shortage.getMessage());
            return new Problem(
                    ProblemType.RESOURCES_EXHAUSTED, "The service is short of threads or memory. Try again later.");
        }
        log.error("A request failed unexpectedly", failure);
        return new Problem(ProblemType.INTERNAL_ERROR, "The service failed; its log says why.");
    }
}
