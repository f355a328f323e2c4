package io.piperelay.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.child.MisbehavingChild;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** How an output stream ends if another process still holds its pipe when the child exits. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class OutputPumpTests {

    /** Much more than any pipe holds unless it is enlarged. */
    private static final int LEFT_BEHIND = 1_000_000;

    private static final int WINDOW = 50_000;

    private final HeldPipe pipe = new HeldPipe();
    private final OutputWindow window = new OutputWindow("s", null, WINDOW, false, (start, end) -> {});
    private final OutputPump pump = new OutputPump(
            StandardStream.OUTPUT, pipe, new OutputIntake(pipe, window, null), window, new SessionLog("s", "c", 1));
    private final Thread thread = new Thread(pump);

    /** A pipe that a grandchild never closes, and that knows how many bytes are in it. */
    private static final class HeldPipe extends InputStream {

        private long written;
        private long read;
        private boolean refills;
        private boolean closed;

        synchronized void write(int count) {
            written += count;
            notifyAll();
        }

        /** From now on, as much is written as is read. */
        synchronized void refill() {
            refills = true;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public synchronized int read(byte[] target, int offset, int length) throws IOException {
            try {
                while (written == read && !closed) {
                    wait();
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (closed) {
                throw new IOException("closed");
            }
            int count = (int) Math.min(length, written - read);
            System.arraycopy(MisbehavingChild.floodBytes(read, count), 0, target, offset, count);
            read += count;
            written += refills ? count : 0;
            return count;
        }

        @Override
        public synchronized int available() {
            return (int) (written - read);
        }

        @Override
        public synchronized void close() {
            closed = true;
            notifyAll();
        }
    }

    @BeforeEach
    void start() {
        thread.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        window.close();
        pipe.close();
        thread.join();
    }

    /** Nobody reads for longer than descendants are still read after the exit. */
    private void exitWhileNobodyReads() throws InterruptedException {
        await().until(() -> window.status().end() == WINDOW);
        pump.childExited();
        assertThat(pump.finishesWithin(Duration.ofMillis(700))).isFalse();
        pump.stopIfDrained();
    }

    private long readToEnd() throws IOException, InterruptedException {
        var received = new ByteArrayOutputStream();
        while (!window.status().eof() || !window.isExhausted()) {
            var request = new ReadRequest(null, Ending.ANY_BYTE, WINDOW, Duration.ofMillis(50));
            var deadline = new Deadline(request.timeout(), () -> false);
            OutputSlice slice = OutputWait.of(
                            window, null, false, null, request, deadline, new DeliveryBudget(0).share())
                    .bytes();
            slice.writeTo(received);
            window.take(slice);
            pump.stopIfDrained();
        }
        assertThat(MisbehavingChild.floodMismatch(0, received.toByteArray())).isEqualTo(-1);
        return received.size();
    }

    @Test
    void allThatIsInThePipeAtTheExitIsPassedOnHoweverMuchThatIs() throws Exception {
        pipe.write(LEFT_BEHIND);
        exitWhileNobodyReads();

        assertThat(readToEnd()).isEqualTo(LEFT_BEHIND);
    }

    @Test
    void whoeverWritesOnDoesNotPutOffTheEndAndTakesNothingAway() throws Exception {
        pipe.write(LEFT_BEHIND);
        exitWhileNobodyReads();
        pipe.refill();

        assertThat(readToEnd()).isBetween((long) LEFT_BEHIND, 3L * LEFT_BEHIND);
    }

    @Test
    void aPipeThatIsEmptyAtTheExitIsClosedAfterAMoment() throws Exception {
        pump.childExited();
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            pump.stopIfDrained();
            return pump.finishesWithin(Duration.ofMillis(10));
        });

        assertThat(window.status().eof()).isTrue();
    }

    @Test
    void beforeTheExitAPipeMayBeSilentForAsLongAsItLikes() throws Exception {
        assertThat(pump.finishesWithin(Duration.ofMillis(700))).isFalse();
        pipe.write(3);

        await().until(() -> window.status().end() == 3);
        assertThat(window.status().eof()).isFalse();
    }
}
