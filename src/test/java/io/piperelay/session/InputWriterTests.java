package io.piperelay.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.piperelay.Later;
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
    private static final SessionLog LOG = new SessionLog("s", "c", 1);
    private static final byte[] LF = {'\n'};

    private final InputSlot slot = new InputSlot(null);
    private final InputWriter writer = new InputWriter("session", slot);
    private final ByteArrayOutputStream pipe = new ByteArrayOutputStream();

    @AfterEach
    void endThePump() {
        slot.refuse(PipeException::sessionClosed);
    }

    private CompletableFuture<Void> pump() {
        return Later.run(new InputPump(slot, pipe, new ChildExit(), LOG));
    }

    private WriteResult write(@Nullable Long offset, boolean eof, ChunkedBody message) throws Exception {
        return writer.write(new WriteRequest(offset, eof, Duration.ofSeconds(20)), message);
    }

    private static ChunkedBody known(byte[] body, byte[] terminator) {
        return body(new ByteArrayInputStream(body), body.length, terminator);
    }

    private static ChunkedBody chunked(byte[] body, byte[] terminator, Random random) {
        return body(new Dribble(body, random), -1, terminator);
    }

    private static ChunkedBody body(InputStream body, long length, byte[] terminator) {
        return new ChunkedBody(body, length, terminator, Long.MAX_VALUE, () -> false);
    }

    /** Delivers varying amounts at a time. */
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

    /** A client that sends pieces of one long sequence, some of them repeatedly, compared with the sequence itself. */
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

            WriteResult result = write((long) start, false, message);

            assertThat(result).isEqualTo(new WriteResult("session", start, length, start + length));
            accepted = Math.max(accepted, start + length);
            assertThat(slot.offset()).isEqualTo(accepted);
        }
        slot.end();
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
                assertThat(write(null, false, message).written()).isEqualTo(size + 1);
                expected.writeBytes(body);
                expected.writeBytes(LF);
            }
        }
        slot.end();
        pump.join();
        assertThat(pipe.toByteArray()).isEqualTo(expected.toByteArray());
    }

    @Test
    void aGapIsRefused() {
        assertThatExceptionOfType(PipeException.OffsetGap.class)
                .isThrownBy(() -> write(1L, false, known(new byte[1], NO_TERMINATOR)))
                .satisfies(refusal -> assertThat(refusal.data()).containsEntry("offset", 0L));
        assertThat(slot.offset()).isZero();
    }

    @Test
    void aBodyThatEndsBeforeItsLengthCountsAsWhatCame() throws Exception {
        var unused = pump();

        assertThatIOException().isThrownBy(() -> write(0L, false, body(new Failing(), 200_000, LF)));

        assertThat(slot.offset()).isEqualTo(2 * 65_536);
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
                .isThrownBy(() -> write(null, false, limited(100)))
                .returns(Reason.REQUEST_TOO_LARGE, PipeException::reason);
        assertThat(slot.offset()).isZero();
    }

    private static ChunkedBody limited(int length) {
        return new ChunkedBody(new ByteArrayInputStream(new byte[length]), length, LF, 100, () -> false);
    }

    @Test
    void aFullSlotTellsHowFarItGot() {
        Duration timeout = Duration.ofMillis(50);

        assertThatExceptionOfType(PipeException.PipeFull.class)
                .isThrownBy(() ->
                        writer.write(new WriteRequest(null, false, timeout), known(new byte[200_000], NO_TERMINATOR)))
                .satisfies(full -> assertThat(full.data())
                        .containsEntry("written", 65_536L)
                        .containsEntry("next", 65_536L));
        assertThat(slot.offset()).isEqualTo(65_536);
    }

    @Test
    void whoeverWaitsIsTurnedAwayWithTheReason() throws Exception {
        CompletableFuture<PipeException> waiting = Later.get(() -> {
            try {
                write(null, false, known(new byte[200_000], NO_TERMINATOR));
                throw new AssertionError("nobody took the bytes");
            } catch (PipeException e) {
                return e;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        await().until(() -> slot.offset() == 65_536);

        slot.refuse(() -> PipeException.childExited(7));

        assertThat(waiting.join().data())
                .containsEntry("exitCode", 7)
                .containsEntry("written", 65_536L)
                .containsEntry("next", 65_536L);
    }

    @Test
    void theInputEndsBehindWhatWasAccepted() throws Exception {
        write(null, true, known(new byte[5], NO_TERMINATOR));

        pump().join();

        assertThat(pipe.size()).isEqualTo(5);
        assertThatExceptionOfType(PipeException.class)
                .isThrownBy(() -> write(null, false, known(new byte[1], NO_TERMINATOR)))
                .returns(Reason.INPUT_CLOSED, PipeException::reason);
        assertThat(write(0L, true, known(new byte[5], NO_TERMINATOR)).next()).isEqualTo(5);
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
        new Thread(new InputPump(slot, watched, new ChildExit(), LOG)).start();

        for (int i = 0; i < 3; i++) {
            write(null, false, known(new byte[150_000], LF));
        }

        await().until(() -> flushed.getCount() == 0);
        assertThat(pipe.size()).isEqualTo(450_003);
    }

    // Messages whose bytes are put as they arrive

    @Test
    void anOpenMessageIsWholeBeforeTheNextOne() throws Exception {
        CompletableFuture<Void> pumping = pump();
        OpenMessage open = writer.open(Duration.ofSeconds(20), Long.MAX_VALUE, () -> false);
        open.put(new byte[] {'a'});
        CompletableFuture<WriteResult> other = Later.get(() -> {
            try {
                return write(null, true, known(new byte[] {'x'}, NO_TERMINATOR));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        await().until(writer.turn()::isAwaited);
        open.put(new byte[100_000]);
        assertThat(open.end()).isEqualTo(new WriteResult("session", 0, 100_001, 100_001));
        assertThat(other.join().offset()).isEqualTo(100_001);
        pumping.join();
        assertThat(pipe.toByteArray()).hasSize(100_002).startsWith('a', 0).endsWith(0, 'x');
    }

    @Test
    void anOpenMessageSaysHowFarItCame() throws Exception {
        OpenMessage open = writer.open(Duration.ofMillis(50), 10, () -> false);
        open.put(new byte[] {'a', 'b'});
        assertThatExceptionOfType(PipeException.class)
                .isThrownBy(() -> open.put(new byte[] {'c'}))
                .matches(full -> full.reason() == Reason.PIPE_FULL)
                .matches(full -> Long.valueOf(2).equals(full.data().get("written")));
        assertThatExceptionOfType(PipeException.class)
                .isThrownBy(() -> open.put(new byte[9]))
                .matches(long9 -> long9.reason() == Reason.REQUEST_TOO_LARGE);
        open.end();
        assertThat(writer.turn().isTaken()).isFalse();
    }
}
