package io.piperelay.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.platform.ChildSignal;
import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.UnsupportedSignalException;
import io.piperelay.session.PipeException.Reason;
import io.piperelay.web.docs.ProblemExample;
import io.piperelay.web.problem.DiagnosisText;
import io.piperelay.web.problem.ProblemType;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class PipeExceptionTests {

    private static final String ID = "2f1c6ab8-5d0e-4c57-9e0a-6b6f6f2a9d10";

    /** Those that {@code openapi.yaml} shows, with the data that it shows. */
    static Stream<PipeException> shown() {
        return Stream.of(
                PipeException.noSession(),
                PipeException.sessionExists(ID),
                PipeException.sessionChanged("7d4ab01c-1f5e-4a8a-a4dd-0d1b8e3c5a77", ID),
                PipeException.sessionClosed(),
                PipeException.shuttingDown(),
                PipeException.unknownChild("dingo", List.of("agent", "bingo")),
                PipeException.unsupportedTopology("chess"),
                PipeException.unsupportedSignal(
                        ChildSignal.INTERRUPT,
                        new UnsupportedSignalException(
                                "the service has no console, in which alone CTRL_BREAK can be sent",
                                List.of(ChildSignal.KILL))),
                PipeException.resourcesExhausted(new NativeCallException("pipe2", 24, "Too many open files")),
                PipeException.pipeCreationFailed(new NativeCallException("CreatePipe", 5, "Access is denied.")),
                PipeException.childLaunchFailed(
                        "chess",
                        new NativeCallException("CreateProcess", 2, "The system cannot find the file specified.")),
                accepted(PipeException.inputClosed(), 0, 16),
                accepted(PipeException.childExited(3), 0, 16),
                accepted(
                        PipeException.writeFailed(new NativeCallException("WriteFile", 6, "The handle is invalid.")),
                        0,
                        16),
                PipeException.readFailed(new NativeCallException("ReadFile", 6, "The handle is invalid.")),
                PipeException.offsetGap("input", 99, 16),
                PipeException.offsetGone(0, 1048576),
                PipeException.offsetTaken(16, 22),
                accepted(PipeException.pipeFull(), 131072, 131088),
                accepted(PipeException.clientGone().with("offset", 0), 6, 6),
                accepted(PipeException.bodyTooSlow(), 50001, 50001),
                PipeException.pipeBusy(),
                PipeException.windowFull(1048576),
                PipeException.exchangeTooLarge(
                        1048576, (PipeException.PipeFull) accepted(PipeException.pipeFull(), 1310720, 1310736)),
                accepted(PipeException.requestTooLarge(1048576), 983040, 983056),
                PipeException.endOfOutput(0),
                PipeException.badFrame(0, "where its header should be, there is something else"),
                PipeException.frameTooLarge(0, 2097156, 1048576),
                accepted(PipeException.replyTimeout(11), 6, 22).with("diagnosis", untaken()));
    }

    private static DiagnosisText untaken() {
        ResourceBundle texts = ResourceBundle.getBundle("problems", Locale.ROOT);
        return new DiagnosisText(Diagnosis.INPUT_UNTAKEN, texts.getString("diagnosis.input-untaken"));
    }

    private static PipeException accepted(PipeException failure, long written, long next) {
        return failure.with("written", written).with("next", next);
    }

    @ParameterizedTest
    @MethodSource("shown")
    void theDescriptionShowsWhatAFailureSaysAndCarries(PipeException failure) {
        ObjectNode example = (ObjectNode)
                ProblemExample.of(ProblemType.of(failure.reason()).slug()).deepCopy();

        assertThat(example.remove("detail").stringValue()).isEqualTo(failure.getMessage());
        example.remove(List.of("type", "title", "status", "instance"));
        assertThat(example)
                .isEqualTo(JsonMapper.shared().readTree(JsonMapper.shared().writeValueAsString(failure.data())));
    }

    @Test
    void aCodeOfWindowsOwnIsShownInHexadecimalToo() {
        int accessViolation = 0xC0000005;

        assertThat(PipeException.childExited(accessViolation))
                .hasMessage("The child has exited with code -1073741819 (0xC0000005).");
        assertThat(PipeException.endOfOutput(accessViolation))
                .hasMessageEndingWith(" The child has exited with code -1073741819 (0xC0000005).");
    }

    @Test
    void aLaunchThatFailedSaysWhatToDoIfThatIsKnown() {
        var refused = new NativeCallException("CreateProcess", 740, "Elevation is required.", "Be an administrator.");

        assertThat(PipeException.childLaunchFailed("c", refused))
                .hasMessage("The child 'c' could not be launched; the pipe was closed again. Be an administrator.");
        assertThat(refused)
                .hasMessage("CreateProcess failed with code 740: Elevation is required. Be an administrator.");
    }

    @Test
    void onlyReasonsThatShareATypeAreNotShown() {
        Set<Reason> notShown = EnumSet.allOf(Reason.class);
        shown().map(PipeException::reason).forEach(notShown::remove);

        assertThat(notShown).containsOnly(Reason.REPLY_FORGOTTEN, Reason.TOO_MANY_DELIVERIES);
    }
}
