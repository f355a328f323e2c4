package io.piperelay.web.problem;

import java.util.Map;

/** A request that is refused before it reaches the session. */
public final class ProblemException extends RuntimeException {

    private final transient Problem problem;

    public ProblemException(ProblemType type, String detail) {
        this(new Problem(type, detail));
    }

    private ProblemException(Problem problem) {
        super(problem.detail());
        this.problem = problem;
    }

    public static ProblemException invalidParameter(String name, String expectation) {
        return new ProblemException(new Problem(
                ProblemType.INVALID_PARAMETER, "Parameter '" + name + "' " + expectation, Map.of("parameter", name)));
    }

    /** For a client that is still there after all, and reads the answer. */
    public static ProblemException clientGone() {
        return new ProblemException(
                ProblemType.CLIENT_GONE,
                "The client closed its sending side of the connection, and so counts as disconnected; nothing was delivered.");
    }

    public Problem problem() {
        return problem;
    }
}
