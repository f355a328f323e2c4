package io.piperelay.web.socket;

import io.piperelay.web.problem.Problem;
import io.piperelay.web.problem.ProblemType;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import org.springframework.web.socket.CloseStatus;

/**
 * Why a socket is closed: a code, of <a href="https://www.rfc-editor.org/rfc/rfc6455#section-7.4">RFC 6455, 7.4</a> or of the
 * service's own, and for failures the name of the problem and its detail, as far as they fit.
 */
final class CloseReason {

    static final CloseStatus END_OF_OUTPUT = CloseStatus.NORMAL;
    static final CloseStatus SHUTTING_DOWN = CloseStatus.SERVICE_RESTARTED;
    static final CloseStatus JSON_ONLY = CloseStatus.NOT_ACCEPTABLE.withReason("Messages of json.pipe-relay are text.");
    static final CloseStatus TOO_SLOW =
            CloseStatus.POLICY_VIOLATION.withReason("The rest of a message came too slowly.");

    private static final int SESSION_CHANGED = 4409;

    /** In bytes: a control frame holds 125, of which the code takes two. */
    private static final int LONGEST = 123;

    private CloseReason() {}

    static CloseStatus of(Problem problem) {
        return new CloseStatus(code(problem.type()), shortened(problem.type().slug() + ": " + problem.detail()));
    }

    static CloseStatus sessionChanged(String session) {
        return new CloseStatus(SESSION_CHANGED, "session-changed: " + session + " is current.");
    }

    private static int code(ProblemType type) {
        return switch (type) {
            case SESSION_CHANGED -> SESSION_CHANGED;
            case SHUTTING_DOWN -> SHUTTING_DOWN.getCode();
            case END_OF_OUTPUT -> END_OF_OUTPUT.getCode();
            case UNAUTHORIZED, FORBIDDEN -> CloseStatus.POLICY_VIOLATION.getCode();
            case UNMAPPABLE_INPUT -> CloseStatus.BAD_DATA.getCode();
            case REQUEST_TOO_LARGE -> CloseStatus.TOO_BIG_TO_PROCESS.getCode();
            default -> CloseStatus.SERVER_ERROR.getCode();
        };
    }

    private static String shortened(String text) {
        ByteBuffer fitting = ByteBuffer.allocate(LONGEST);
        StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text), fitting, true);
        return StandardCharsets.UTF_8.decode(fitting.flip()).toString();
    }
}
