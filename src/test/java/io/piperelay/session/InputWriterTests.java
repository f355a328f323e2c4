package io.piperelay.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.piperelay.session.PipeException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** {@link InputWriter}, with the {@link InputSlot} and the {@link ChunkedBody}s that belong to it. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class InputWriterTests {

    private static final byte[] NO_TERMINATOR = {};
    private static final byte[] LF = {'\n'};

    private final InputSlot queue = new InputSlot();
    private final InputWriter writer = new InputWriter("session", queue);
    private final ByteArrayOutputStream pipe = new ByteArrayOutputStream();

    @AfterEach
    void endThePump() {
        queue.refuse(PipeException::sessionClosed);
    }

    private CompletableFuture<Void> pump() {
        return CompletableFuture.runAsync(() -> {
            try {
                while (queue.passOn(pipe)) {
                    // The next one.
                }
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    private WriteResult write(@Nullable Long offset, boolean eof, long max, ChunkedBody message) throws Exception {
        Duration timeout = Duration.ofSeconds(20);
        return writer.write(new WriteRequest(offset, eof, max, timeout), message, new Deadline(timeout, () -> false));
    }

    private static ChunkedBody known(byte[] body, byte[] terminator) {
        return new ChunkedBody(new ByteArrayInputStream(body), body.length, terminator);
    }

    private static ChunkedBody chunked(byte[] body, byte[] terminator, Random random) {
        return new ChunkedBody(new Dribble(body, random), -1, terminator);
    }

    /** Delivers as much at a time as it likes. */
    private static final class Dribble extends InputStream {

        private final ByteArrayInputStream bytes;
        private final Random random;

        private Dribble(byte[] body, Random random) {
            this.bytes = new ByteArrayInputStream(body);
            this.random = random;
        }

        @Override
        public int read() {
            return bytes.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            return bytes.read(target, offset, Math.min(length, 1 + random.nextInt(70_000)));
        }
    }

    /** A client that sends pieces of one long sequence, some of them again, against the sequence itself. */
    @Test
    void howeverPiecesOverlapTheChildGetsTheSequenceOnce() throws Exception {
        CompletableFuture<Void> pump = pump();
        Random random = new Random(7);
        byte[] sequence = new byte[3_000_000];
        random.nextBytes(sequence);
        int accepted = 0;
        for (int round = 0; round < 300; round++) {
            int start = random.nextInt(4) == 0 ? accepted : random.nextInt(accepted + 1);
            int length = Math.min(sequence.length - start, random.nextInt(random.nextBoolean() ? 100 : 200_000));
            byte[] body = Arrays.copyOfRange(sequence, start, start + length);
            ChunkedBody message =
                    random.nextBoolean() ? known(body, NO_TERMINATOR) : chunked(body, NO_TERMINATOR, random);

            WriteResult result = write((long) start, false, Long.MAX_VALUE, message);

            assertThat(result).isEqualTo(new WriteResult("session", start, length, start + length));
            accepted = Math.max(accepted, start + length);
            assertThat(queue.offset()).isEqualTo(accepted);
        }
        queue.end();
        pump.join();
        assertThat(pipe.toByteArray()).isEqualTo(Arrays.copyOf(sequence, accepted));
    }

    @Test
    void aTerminatorFollowsEveryBodyWhateverItsLength() throws Exception {
        CompletableFuture<Void> pump = pump();
        var expected = new ByteArrayOutputStream();
        Random random = new Random(3);
        for (int size : new int[] {0, 1, 65_535, 65_536, 65_537, 131_072, 200_000}) {
            byte[] body = new byte[size];
            random.nextBytes(body);
            for (ChunkedBody message : new ChunkedBody[] {known(body, LF), chunked(body, LF, random)}) {
                assertThat(write(null, false, Long.MAX_VALUE, message).written())
                        .isEqualTo(size + 1);
                expected.writeBytes(body);
                expected.writeBytes(LF);
            }
        }
        queue.end();
        pump.join();
        assertThat(pipe.toByteArray()).isEqualTo(expected.toByteArray());
    }

    @Test
    void aGapIsRefused() {
        assertThatExceptionOfType(PipeException.OffsetGap.class)
                .isThrownBy(() -> write(1L, false, Long.MAX_VALUE, known(new byte[1], NO_TERMINATOR)))
                .satisfies(refusal -> assertThat(refusal.data()).containsEntry("offset", 0L));
        assertThat(queue.offset()).isZero();
    }

    @Test
    void aBodyThatEndsBeforeItsLengthCountsAsWhatCame() throws Exception {
        pump();

        assertThatIOException()
                .isThrownBy(() -> write(0L, false, Long.MAX_VALUE, new ChunkedBody(new Failing(), 200_000, LF)));

        assertThat(queue.offset()).isEqualTo(2 * 65_536);
    }

    /** Fails after two chunks, and half of a third. */
    private static final class Failing extends InputStream {

        private int left = 2 * 65_536 + 30_000;

        @Override
        public int read() throws IOException {
            throw new IOException("the client is gone");
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left == 0) {
                throw new IOException("the client is gone");
            }
            int count = Math.min(length, left);
            left -= count;
            return count;
        }
    }

    @Test
    void whatIsKnownToBeTooLongIsRefusedAtOnce() {
        assertThatExceptionOfType(PipeException.class)
                .isThrownBy(() -> write(null, false, 100, known(new byte[100], LF)))
                .returns(Reason.REQUEST_TOO_LARGE, PipeException::reason);
        assertThat(queue.offset()).isZero();
    }

    @Test
    void aFullQueueTellsHowFarItGot() {
        Duration timeout = Duration.ofMillis(50);

        assertThatExceptionOfType(PipeException.PipeFull.class)
                .isThrownBy(() -> writer.write(
                        new WriteRequest(null, false, Long.MAX_VALUE, timeout),
                        known(new byte[200_000], NO_TERMINATOR),
                        new Deadline(timeout, () -> false)))
                .satisfies(full -> assertThat(full.data())
                        .containsEntry("written", 65_536L)
                        .containsEntry("next", 65_536L));
        assertThat(queue.offset()).isEqualTo(65_536);
    }

    @Test
    void whoeverWaitsIsTurnedAwayWithTheReason() throws Exception {
        CompletableFuture<PipeException> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                write(null, false, Long.MAX_VALUE, known(new byte[200_000], NO_TERMINATOR));
                throw new AssertionError("nobody took the bytes");
            } catch (PipeException e) {
                return e;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        await().until(() -> queue.offset() == 65_536);

        queue.refuse(() -> PipeException.childExited(7));

        assertThat(waiting.join().data())
                .containsEntry("exitCode", 7)
                .containsEntry("written", 65_536L)
                .containsEntry("next", 65_536L);
    }

    @Test
    void theInputEndsBehindWhatWasAccepted() throws Exception {
        write(null, true, Long.MAX_VALUE, known(new byte[5], NO_TERMINATOR));

        pump().join();

        assertThat(pipe.size()).isEqualTo(5);
        assertThatExceptionOfType(PipeException.class)
                .isThrownBy(() -> write(null, false, Long.MAX_VALUE, known(new byte[1], NO_TERMINATOR)))
                .returns(Reason.INPUT_CLOSED, PipeException::reason);
        assertThat(write(0L, true, Long.MAX_VALUE, known(new byte[5], NO_TERMINATOR))
                        .next())
                .isEqualTo(5);
    }

    @Test
    void aMessageIsFlushedWhenItIsWholeAndNotBefore() throws Exception {
        CountDownLatch flushed = new CountDownLatch(3);
        OutputStream watched = new OutputStream() {
            @Override
            public void write(int value) {
                pipe.write(value);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                pipe.write(bytes, offset, length);
            }

            @Override
            public void flush() {
                flushed.countDown();
            }
        };
        CompletableFuture.runAsync(() -> {
            try {
                while (queue.passOn(watched)) {
                    // The next one.
                }
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });

        for (int i = 0; i < 3; i++) {
            write(null, false, Long.MAX_VALUE, known(new byte[150_000], LF));
        }

        await().until(() -> flushed.getCount() == 0);
        assertThat(pipe.size()).isEqualTo(450_003);
    }
}
