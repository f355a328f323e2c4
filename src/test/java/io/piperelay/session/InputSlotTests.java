package io.piperelay.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.piperelay.Later;
import io.piperelay.session.InputSlot.Chunk;
import io.piperelay.session.PipeException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class InputSlotTests {

    private static final Duration LONG = Duration.ofSeconds(50);

    private final InputSlot slot = new InputSlot();

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
        assertThat(slot.isOpen()).isFalse();
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
}
