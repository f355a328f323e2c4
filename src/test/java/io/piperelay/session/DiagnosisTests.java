package io.piperelay.session;

import static io.piperelay.platform.ProcessState.AWAITING_INPUT;
import static io.piperelay.platform.ProcessState.RUNNING;
import static io.piperelay.platform.ProcessState.SLEEPING;
import static io.piperelay.platform.ProcessState.STOPPED;
import static io.piperelay.platform.ProcessState.TRACED;
import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.platform.ProcessState;
import io.piperelay.session.Diagnosis.Facts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;

class DiagnosisTests {

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration SHORT = PATIENCE.minusMillis(1);

    private static @Nullable Diagnosis of(
            @Nullable ProcessState child,
            boolean windowFull,
            boolean replyBegun,
            @Nullable Duration untaken,
            @Nullable Duration unanswered,
            boolean terminated) {
        return Diagnosis.of(new Facts(child, windowFull, replyBegun, untaken, unanswered, terminated), PATIENCE);
    }

    @ParameterizedTest
    @NullSource
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"STOPPED", "TRACED"})
    void aChildThatWasSentNothingOrHasAnsweredMayBeSilent(@Nullable ProcessState child) {
        assertThat(of(child, false, false, null, null, true)).isNull();
        assertThat(of(child, false, false, null, null, false)).isNull();
    }

    @Test
    void aMomentIsNothingUnusual() {
        assertThat(of(RUNNING, false, false, SHORT, SHORT, true)).isNull();
    }

    @Test
    void aChildThatIsStoppedDoesNothingWhateverElseIsKnown() {
        assertThat(of(STOPPED, true, true, PATIENCE, PATIENCE, false)).isEqualTo(Diagnosis.CHILD_STOPPED);
        assertThat(of(TRACED, false, false, null, null, true)).isEqualTo(Diagnosis.CHILD_STOPPED);
    }

    @Test
    void aChildWhoseOutputNobodyReadsCannotReadItsInput() {
        assertThat(of(SLEEPING, true, true, PATIENCE, null, true)).isEqualTo(Diagnosis.OUTPUT_UNREAD);
    }

    @Test
    void aReplyThatHasBegunLacksItsEnd() {
        assertThat(of(AWAITING_INPUT, false, true, null, PATIENCE, true)).isEqualTo(Diagnosis.REPLY_UNFINISHED);
    }

    @Test
    void inputThatWaitsLongIsNotTaken() {
        assertThat(of(null, false, false, PATIENCE, PATIENCE, false)).isEqualTo(Diagnosis.INPUT_UNTAKEN);
        assertThat(of(RUNNING, false, false, PATIENCE, null, true)).isEqualTo(Diagnosis.INPUT_UNTAKEN);
    }

    @Test
    void aChildThatUsesAProcessorIsBusy() {
        assertThat(of(RUNNING, false, false, null, PATIENCE, false)).isEqualTo(Diagnosis.CHILD_BUSY);
    }

    @Test
    void inputWithoutALineFeedIsUnterminated() {
        assertThat(of(AWAITING_INPUT, false, false, null, PATIENCE, false)).isEqualTo(Diagnosis.INPUT_UNTERMINATED);
        assertThat(of(null, false, false, null, PATIENCE, false)).isEqualTo(Diagnosis.INPUT_UNTERMINATED);
    }

    @ParameterizedTest
    @NullSource
    @EnumSource(names = {"SLEEPING", "AWAITING_INPUT", "DISK_SLEEP"})
    void whyAChildIsOtherwiseSilentCannotBeSeen(@Nullable ProcessState child) {
        assertThat(of(child, false, false, null, PATIENCE, true)).isEqualTo(Diagnosis.OUTPUT_SILENT);
        assertThat(of(child, false, false, SHORT, PATIENCE, true)).isEqualTo(Diagnosis.OUTPUT_SILENT);
    }
}
