package io.piperelay.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.piperelay.Later;
import io.piperelay.platform.NonBlockingPipes;
import io.piperelay.session.InputSlot.Chunk;
import io.piperelay.session.PipeException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class InputSlotTests {

    private static final Duration LONG = Duration.ofSeconds(50);

    private static final Duration CLOCKS_DIFFER = Duration.ofMillis(50);

    private static final byte[] LAST = {'b', 'y', 'e'};

    private final InputSlot slot = new InputSlot(null);

    private void put(String text, Duration timeout) throws InterruptedException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        slot.put(bytes, 0, bytes.length, new Deadline(timeout, () -> false));
    }

    private CompletableFuture<@Nullable PipeException> putLater(String text) {
        return Later.get(() -> {
            try {
                put(text, LONG);
                return null;
            } catch (PipeException e) {
                return e;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    private Chunk take() throws InterruptedException {
        return Objects.requireNonNull(slot.take());
    }

    private static String text(Chunk chunk) {
        return new String(chunk.bytes(), 0, chunk.length(), StandardCharsets.US_ASCII);
    }

    @Test
    void theNextChunkIsAcceptedOnceTheOneBeforeWasCarriedOn() throws Exception {
        put("one", Duration.ZERO);
        CompletableFuture<@Nullable PipeException> next = putLater("two");
        Chunk first = take();
        assertThat(text(first)).isEqualTo("one");
        assertThat(slot.offset()).as("while it is being written").isEqualTo(3);

        slot.free(first);

        assertThat(next.get()).isNull();
        assertThat(text(take())).isEqualTo("two");
        assertThat(slot.offset()).isEqualTo(6);
    }

    @Test
    void nothingIsAcceptedOfAChunkThatFindsNoPlaceInTime() throws InterruptedException {
        put("one", Duration.ZERO);

        assertThatExceptionOfType(PipeException.PipeFull.class).isThrownBy(() -> put("two", Duration.ofMillis(10)));

        assertThat(slot.offset()).isEqualTo(3);
    }

    @Test
    void theTimeForWhichWritersWaitIsAddedUpAlsoOfThoseWhoWaitInVain() throws InterruptedException {
        put("one", Duration.ZERO);
        assertThat(slot.blockedNanos()).isZero();

        assertThatExceptionOfType(PipeException.PipeFull.class).isThrownBy(() -> put("two", Duration.ofMillis(10)));

        long blocked = slot.blockedNanos();
        assertThat(blocked).isBetween(Duration.ofMillis(10).toNanos(), LONG.toNanos());
        assertThat(slot.blockedNanos()).isEqualTo(blocked);
    }

    @Test
    void messagesAreCountedWhenTheyEnd() throws InterruptedException {
        put("one", Duration.ZERO);
        assertThat(slot.messages()).isZero();

        slot.endMessage();

        assertThat(slot.messages()).isEqualTo(1);
    }

    @Test
    void aMessageThatEndsWhileItsLastChunkIsWrittenEndsBehindIt() throws InterruptedException {
        put("one", Duration.ZERO);
        Chunk written = take();
        slot.endMessage();
        slot.free(written);

        Chunk end = take();

        assertThat(written.endsMessage()).isFalse();
        assertThat(end.length()).isZero();
        assertThat(end.endsMessage()).isTrue();
        slot.free(end);
        put("two", Duration.ZERO);
        assertThat(take().endsMessage()).isFalse();
    }

    @Test
    void whatWasAcceptedIsTakenBeforeTheEnd() throws InterruptedException {
        put("one", Duration.ZERO);
        slot.end();
        assertThat(slot.status().open()).isFalse();
        assertThatExceptionOfType(PipeException.class)
                .isThrownBy(() -> put("two", LONG))
                .returns(Reason.INPUT_CLOSED, PipeException::reason);

        Chunk last = take();
        assertThat(text(last)).isEqualTo("one");
        slot.free(last);

        assertThat(slot.take()).isNull();
    }

    @Test
    void whoeverWaitsIsTurnedAwayWithTheLatestReason() throws Exception {
        put("one", Duration.ZERO);
        CompletableFuture<@Nullable PipeException> waiting = putLater("two");
        await().during(Duration.ofMillis(50)).until(() -> !waiting.isDone());

        slot.refuse(PipeException::inputClosed);

        assertThat(Objects.requireNonNull(waiting.get()).reason()).isEqualTo(Reason.INPUT_CLOSED);
        slot.refuse(() -> PipeException.childExited(3));
        assertThatExceptionOfType(PipeException.class)
                .isThrownBy(() -> put("two", LONG))
                .returns(Reason.CHILD_EXITED, PipeException::reason);
        assertThat(text(take())).as("goes its way").isEqualTo("one");
    }

    @Test
    void theLastWordsFollowWhatWasAcceptedAndDoNotCount() throws InterruptedException {
        put("one", Duration.ZERO);
        slot.refuse(PipeException::sessionClosed, LAST);

        Chunk accepted = take();
        assertThat(text(accepted)).isEqualTo("one");
        slot.free(accepted);
        Chunk last = take();

        assertThat(text(last)).isEqualTo("bye");
        assertThat(last.endsMessage()).isTrue();
        assertThat(slot.offset()).isEqualTo(3);
        slot.free(last);
        assertThat(slot.take()).isNull();
    }

    @Test
    void noLastWordsFollowTheEnd() throws InterruptedException {
        slot.end();

        slot.refuse(PipeException::sessionClosed, LAST);

        assertThat(slot.take()).isNull();
    }

    /** A pipe that has room for five bytes. */
    private static final class ShortPipe implements NonBlockingPipes {

        private final StringBuilder written = new StringBuilder();

        private int read;

        @Override
        public boolean write(byte[] bytes, int offset, int length) {
            boolean fits = written.length() + length <= 5;
            if (fits) {
                written.append(new String(bytes, offset, length, StandardCharsets.US_ASCII));
            }
            return fits;
        }

        @Override
        public Integer untaken() {
            return written.length() - read;
        }

        @Override
        public int read(byte[] target, int offset, int length, Duration patience) {
            throw new UnsupportedOperationException();
        }
    }

    private static void putInto(InputSlot slot, String text) throws InterruptedException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        slot.put(bytes, 0, bytes.length, new Deadline(Duration.ZERO, () -> false));
        slot.endMessage();
    }

    @Test
    void whatThePipeTakesAtOncePassesTheSlotBy() throws InterruptedException {
        var pipe = new ShortPipe();
        var passing = new InputSlot(pipe);

        putInto(passing, "one");
        putInto(passing, "12");
        assertThat(pipe.written).hasToString("one12");
        assertThat(passing.offset()).isEqualTo(5);
        putInto(passing, "full");

        Chunk waiting = Objects.requireNonNull(passing.take());
        assertThat(text(waiting)).isEqualTo("full");
        assertThat(waiting.endsMessage()).isTrue();
        assertThat(passing.offset()).isEqualTo(9);
    }

    @Test
    void theOldestByteThatTheChildHasNotReadWaitsSinceItWasAccepted() throws InterruptedException {
        var pipe = new ShortPipe();
        var passing = new InputSlot(pipe);
        assertThat(passing.status()).isEqualTo(new SessionStatus.Input(0, true, 0, null));
        Instant before = Instant.now();
        putInto(passing, "one");
        Instant after = Instant.now();

        SessionStatus.Input unread = passing.status();
        putInto(passing, "12");

        assertThat(unread.pending()).isEqualTo(3);
        Instant since = Objects.requireNonNull(unread.pendingSince());
        assertThat(since).isBetween(before.minus(CLOCKS_DIFFER), after.plus(CLOCKS_DIFFER));
        assertThat(passing.status()).as("more waits behind it").isEqualTo(new SessionStatus.Input(5, true, 5, since));
        pipe.read = 3;
        assertThat(passing.status().pendingSince()).as("only the rest waits").isAfter(since);
        pipe.read = 5;
        assertThat(passing.status()).isEqualTo(new SessionStatus.Input(5, true, 0, null));
    }

    @Test
    void whatWaitsForThePipeWaitsForTheChildToo() throws InterruptedException {
        put("one", Duration.ZERO);

        assertThat(slot.status().pending()).as("nobody can tell").isNull();
        assertThat(slot.status().pendingSince()).isNotNull();
        slot.free(take());
        assertThat(slot.status().pendingSince()).isNull();
    }

    @Test
    void theLastByteAndTheEndOfTheInputAreKnown() throws InterruptedException {
        assertThat(slot.last()).isNull();

        put("one", Duration.ZERO);
        assertThat(slot.last())
                .returns((byte) 'e', InputSlot.LastInput::lastByte)
                .returns(false, InputSlot.LastInput::isEnd);
        slot.free(take());
        put("two\n", Duration.ZERO);
        assertThat(slot.last()).returns((byte) '\n', InputSlot.LastInput::lastByte);
        slot.free(take());
        put("three", Duration.ZERO);
        slot.end();
        assertThat(slot.last()).returns(true, InputSlot.LastInput::isEnd);
    }

    @Test
    void nothingOvertakesWhatIsInTheSlot() throws InterruptedException {
        var pipe = new ShortPipe();
        var passing = new InputSlot(pipe);
        putInto(passing, "too long");

        assertThatExceptionOfType(PipeException.PipeFull.class).isThrownBy(() -> putInto(passing, "1"));
        passing.free(Objects.requireNonNull(passing.take()));
        putInto(passing, "2");

        assertThat(pipe.written).hasToString("2");
    }

    @Test
    void onceRefusedNothingPassesBy() {
        var pipe = new ShortPipe();
        var passing = new InputSlot(pipe);
        passing.refuse(PipeException::sessionClosed);

        assertThatExceptionOfType(PipeException.class).isThrownBy(() -> putInto(passing, "1"));

        assertThat(pipe.written).isEmpty();
    }
}
