package io.piperelay.platform.windows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.platform.win32.WinError;
import com.sun.jna.ptr.IntByReference;
import io.piperelay.Later;
import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.Pipe;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** On a real pipe, with a cancellation by thread that fails or has no effect, as endpoint protection can make it. */
@EnabledOnOs(OS.WINDOWS)
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class CancellableHandleTests {

    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private Pipe<OwnedHandle> pipe;

    @BeforeEach
    void createPipe() throws NativeCallException {
        pipe = WindowsPipe.create(0);
    }

    @AfterEach
    void closePipe() {
        pipe.close();
    }

    @Test
    void aCallWhoseThreadCannotBeOpenedIsCancelledByTheHandle() {
        var reading = new Reading(thread -> false, DEADLINE);

        reading.handle.close();

        assertThat(reading.error).succeedsWithin(DEADLINE).isEqualTo(WinError.ERROR_OPERATION_ABORTED);
        assertThat(write()).isEqualTo(WinError.ERROR_NO_DATA);
    }

    @Test
    void aCallThatCannotBeCancelledIsGivenUpAndClosesTheHandleWhenItReturns() {
        var reading = new Reading(thread -> true, Duration.ofMillis(50));

        reading.handle.close();
        reading.handle.close();

        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(reading.handle::enter);
        assertThat(reading.error).isNotDone();
        assertThat(write()).isZero();
        assertThat(reading.error).succeedsWithin(DEADLINE).isEqualTo(0);
        await().atMost(DEADLINE).until(() -> write() == WinError.ERROR_NO_DATA);
    }

    /** What a write ends with: 0 if the read end is open, whoever reads. */
    private int write() {
        try (var single = new Memory(1)) {
            return Kernel32Ex.WriteFile(pipe.writeEnd().pointer(), single, 1, new IntByReference(), null)
                    ? 0
                    : Native.getLastError();
        }
    }

    /** A read of the empty pipe that has begun. */
    private final class Reading {

        private final CancellableHandle handle;
        private final Memory buffer = new Memory(1);
        private final CompletableFuture<Integer> error;

        Reading(IntPredicate cancelCallOf, Duration patience) {
            handle = new CancellableHandle(pipe.readEnd(), buffer, cancelCallOf, patience);
            var entered = new CountDownLatch(1);
            error = Later.get(() -> read(entered));
            try {
                entered.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        private int read(CountDownLatch entered) {
            try {
                Pointer readEnd = handle.enter();
                try {
                    entered.countDown();
                    return Kernel32Ex.ReadFile(readEnd, buffer, 1, new IntByReference(), null)
                            ? 0
                            : Native.getLastError();
                } finally {
                    handle.leave();
                }
            } catch (ClosedChannelException e) {
                throw new AssertionError(e);
            }
        }
    }
}
