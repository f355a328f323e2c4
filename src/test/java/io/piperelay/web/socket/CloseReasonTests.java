package io.piperelay.web.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.web.problem.Problem;
import io.piperelay.web.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.springframework.web.socket.CloseStatus;

class CloseReasonTests {

    private static CloseStatus of(ProblemType type) {
        return CloseReason.of(new Problem(type, "Why."));
    }

    @Test
    void theCodeSaysWhatAClientShouldDoNext() {
        assertThat(of(ProblemType.END_OF_OUTPUT).getCode()).isEqualTo(1000);
        assertThat(of(ProblemType.UNMAPPABLE_INPUT).getCode()).isEqualTo(1007);
        assertThat(of(ProblemType.FORBIDDEN).getCode()).isEqualTo(1008);
        assertThat(of(ProblemType.REQUEST_TOO_LARGE).getCode()).isEqualTo(1009);
        assertThat(of(ProblemType.PIPE_FULL).getCode()).isEqualTo(1011);
        assertThat(of(ProblemType.SHUTTING_DOWN).getCode()).isEqualTo(1012);
        assertThat(of(ProblemType.SESSION_CHANGED).getCode()).isEqualTo(4409);
    }

    @Test
    void theReasonNamesTheProblemAsFarAsThereIsRoom() {
        assertThat(of(ProblemType.PIPE_FULL).getReason()).isEqualTo("pipe-full: Why.");
        String reason = CloseReason.of(new Problem(ProblemType.WRITE_FAILED, "\u4e2d".repeat(100)))
                .getReason();
        assertThat(reason).startsWith("write-failed: \u4e2d").endsWith("\u4e2d");
        assertThat(String.valueOf(reason).getBytes(StandardCharsets.UTF_8)).hasSizeBetween(121, 123);
    }
}
