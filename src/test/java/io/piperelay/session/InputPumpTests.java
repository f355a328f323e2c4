package io.piperelay.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.piperelay.platform.ExitStatus;
import io.piperelay.session.PipeException.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class InputPumpTests {

    private final InputSlot slot = new InputSlot(null);
    private final MemoryPipe pipe = new MemoryPipe(100);
    private final ChildExit exit = new ChildExit();

    private void put(int count) throws InterruptedException {
        slot.put(new byte[count], 0, count, new Deadline(Duration.ZERO, () -> false));
    }

    private void pump(String session, OutputStream target) {
        new InputPump(slot, target, exit, new SessionLog(session, "c", 1)).run();
    }

    private void assertRefused(Reason reason) {
        assertThatExceptionOfType(PipeException.class).isThrownBy(() -> put(1)).returns(reason, PipeException::reason);
    }

    @Test
    void thePipeIsClosedBehindWhatWasAccepted() throws Exception {
        put(50);
        slot.end();

        pump("s", pipe.writeEnd());

        assertThat(pipe.readEnd().readAllBytes()).hasSize(50);
    }

    @Test
    void aChildThatRunsOnWithoutItsInputRefusesItAndIsWarnedOf() throws Exception {
        put(50);
        pipe.closeReadEnd();

        try (var log = new CapturedLog()) {
            pump("runs-on", pipe.writeEnd());
            assertThat(log.lines("runs-on"))
                    .containsExactly("WARN Session runs-on: child 'c', pid 1, runs on but takes no more input:"
                            + " the other end of the pipe is closed");
        }

        assertRefused(Reason.INPUT_CLOSED);
    }

    @Test
    void aPipeThatBreaksBecauseTheChildExitsIsNothingToSay() throws Exception {
        put(50);
        pipe.closeReadEnd();
        exit.happened(new ExitStatus(0, null));

        try (var log = new CapturedLog()) {
            pump("exits", pipe.writeEnd());
            assertThat(log.lines("exits")).isEmpty();
        }

        assertThat(slot.status().open()).as("whoever watches the exit says why").isTrue();
    }

    @Test
    void aPipeThatCannotBeWrittenSaysWhy() throws Exception {
        put(50);

        pump("fails", new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException("no device");
            }
        });

        assertRefused(Reason.WRITE_FAILED);
    }
}
