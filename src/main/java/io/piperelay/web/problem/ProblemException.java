package io.piperelay.web.problem;

import io.piperelay.bytes.Framing;
import io.piperelay.bytes.UnmappableTextException;
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

    /** For a text that its child can't be sent. */
    public static ProblemException unmappableInput(UnmappableTextException text) {
        return new ProblemException(new Problem(
                ProblemType.UNMAPPABLE_INPUT,
                text.getMessage() + " It is " + text.position() + " bytes into the body, of which nothing was written.",
                Map.of("position", text.position())));
    }

    /** For one that would have to be in memory as a whole. */
    public static ProblemException bodyTooLarge(int limit) {
        return new ProblemException(new Problem(
                ProblemType.REQUEST_TOO_LARGE,
                "A body that is converted, or framed without a Content-Length, has at most " + limit
                        + " bytes (pipe.input.max-frame, and a sixteenth of the heap).",
                Map.of("limit", limit)));
    }

    /** For a frame whose header can't tell its length. */
    public static ProblemException frameTooLong(Framing framing) {
        return new ProblemException(new Problem(
                ProblemType.REQUEST_TOO_LARGE,
                "A frame with " + framing + " has at most " + framing.longest() + " bytes.",
                Map.of("limit", framing.longest())));
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
