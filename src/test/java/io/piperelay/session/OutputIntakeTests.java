package io.piperelay.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.Later;
import io.piperelay.platform.NonBlockingPipes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Readers that read the pipe themselves, and the pump beside them. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class OutputIntakeTests {

    private static final int CAPACITY = 16;

    private final MemoryPipe pipe = new MemoryPipe(CAPACITY);
    private final OutputWindow window = new OutputWindow("s", null, CAPACITY, false, (start, end) -> {});
    private final AtomicInteger readsByReaders = new AtomicInteger();
    private final OutputIntake intake = new OutputIntake(pipe.readEnd(), window, new NonBlocking());
    private final OutputPump pump =
            new OutputPump(StandardStream.OUTPUT, pipe.readEnd(), intake, window, new SessionLog("s", "c", 1));
    private final Thread pumping = new Thread(pump);

    /** Called by readers alone, never while the pump reads. */
    private final class NonBlocking implements NonBlockingPipes {

        @Override
        public boolean write(byte[] bytes, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public @Nullable Integer untaken() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] target, int offset, int length, Duration patience) {
            long deadline = System.nanoTime() + patience.toNanos();
            try {
                while (pipe.readEnd().available() == 0) {
                    if (System.nanoTime() > deadline) {
                        return 0;
                    }
                    Thread.onSpinWait();
                }
                int count = pipe.readEnd().read(target, offset, length);
                readsByReaders.incrementAndGet();
                return count;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        pipe.closeWriteEnd();
        window.close();
        pumping.join();
    }

    private void childWrites(String text) throws IOException {
        pipe.writeEnd().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private String readLine() throws InterruptedException {
        var request = new ReadRequest(null, Ending.LINE, CAPACITY, Duration.ofSeconds(50));
        OutputSlice line = OutputWait.of(
                        window,
                        null,
                        false,
                        intake,
                        request,
                        new Deadline(request.timeout(), () -> false),
                        new DeliveryBudget(0).share())
                .bytes();
        window.take(line);
        return new String(OutputWindowTests.bytes(line), StandardCharsets.US_ASCII);
    }

    private CompletableFuture<String> readLineLater() {
        return Later.get(() -> {
            try {
                return readLine();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void withoutAPumpInItsWayAReaderReadsThePipeItself() throws Exception {
        childWrites("one\ntwo\n");

        assertThat(readLine()).isEqualTo("one\n");
        assertThat(readLine()).as("was read with the first").isEqualTo("two\n");

        assertThat(readsByReaders).hasValue(1);
        assertThat(intake.passed()).isEqualTo(8);
    }

    @Test
    void aPumpThatWaitsInThePipeDeliversAndStandsByForTheNextReader() throws Exception {
        pumping.start();
        await().until(() -> intake.isSilentFor(Duration.ZERO));
        CompletableFuture<String> first = readLineLater();
        await().until(() -> !intake.readSoon());

        int readers = 0;
        childWrites("one\n");
        assertThat(first.get()).isEqualTo("one\n");
        // The pump stands by for 2 ms only, which this thread may miss.
        for (int i = 0; i < 10_000 && readsByReaders.get() == 0; i++) {
            CompletableFuture<String> next = readLineLater();
            childWrites("two\n");
            assertThat(next.get()).isEqualTo("two\n");
            readers++;
        }

        assertThat(readsByReaders).as("reads by %d readers", readers).hasPositiveValue();
    }

    @Test
    void whatNoReaderWaitsForIsReadByThePumpSoon() throws Exception {
        pumping.start();
        for (int i = 0; i < 20; i++) {
            CompletableFuture<String> line = readLineLater();
            childWrites("line\n");
            assertThat(line.get()).isEqualTo("line\n");
        }
        long before = window.status().end();

        childWrites("more");

        await().until(() -> window.status().end() == before + 4);
    }

    @Test
    void aSlowReplyIsLeftToThePump() throws Exception {
        pumping.start();
        CompletableFuture<String> line = readLineLater();
        await().during(Duration.ofMillis(100)).until(() -> !line.isDone());

        childWrites("late\n");

        assertThat(line.get()).isEqualTo("late\n");
    }

    @Test
    void theEndIsSeenByThePumpAlone() throws Exception {
        childWrites("last");
        assertThat(intake.readSoon()).isTrue();
        pipe.closeWriteEnd();
        assertThat(intake.readSoon()).isFalse();
        assertThat(window.status().eof()).isFalse();

        pumping.start();

        assertThat(readLine()).isEqualTo("last");
        await().until(() -> window.status().eof());
    }

    @Test
    void aFullWindowLeavesTheRestInThePipe() throws Exception {
        window.append(new byte[CAPACITY - 3], 0, CAPACITY - 3);
        childWrites("abcdef");

        assertThat(intake.readSoon()).isTrue();
        assertThat(intake.readSoon()).isFalse();

        assertThat(window.isFull()).isTrue();
        assertThat(pipe.readEnd().available()).isEqualTo(3);
    }

    /** Moving it back takes the room that a reader has found for what it is just reading. */
    @Test
    void bytesThatFindNoRoomBecauseTheCursorMovedBackAreKeptForThePump() throws Exception {
        window.append("0123456789".getBytes(StandardCharsets.US_ASCII), 0, 10);
        window.acknowledge(10);
        var moving = new OutputIntake(pipe.readEnd(), window, new NonBlockingPipes() {
            @Override
            public boolean write(byte[] bytes, int offset, int length) {
                throw new UnsupportedOperationException();
            }

            @Override
            public @Nullable Integer untaken() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] target, int offset, int length, Duration patience) {
                window.acknowledge(0);
                System.arraycopy("abcdefghij".getBytes(StandardCharsets.US_ASCII), 0, target, offset, 10);
                return 10;
            }
        });

        assertThat(moving.readSoon()).isTrue();
        assertThat(window.status().end()).isEqualTo(CAPACITY);
        assertThat(moving.passedAndWaiting()).isEqualTo(10);
        window.acknowledge(10);
        assertThat(moving.carry()).isTrue();

        assertThat(window.status().end()).isEqualTo(20);
        var rest = new byte[10];
        window.copy(10, rest, 10);
        assertThat(new String(rest, StandardCharsets.US_ASCII)).isEqualTo("abcdefghij");
    }

    @Test
    void afterTheChildsExitOnlyThePumpReads() throws Exception {
        childWrites("rest");
        intake.closeToReaders();

        assertThat(intake.readSoon()).isFalse();

        assertThat(pipe.readEnd().available()).isEqualTo(4);
    }
}
