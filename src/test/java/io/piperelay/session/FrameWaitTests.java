package io.piperelay.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.piperelay.bytes.Framing;
import io.piperelay.session.PipeException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class FrameWaitTests {

    private static final int CAPACITY = 16;

    private final OutputWindow window = new OutputWindow("s", null, CAPACITY, false, (start, end) -> {});
    private final OutputWindow dropping = new OutputWindow("s", null, CAPACITY, true, (start, end) -> {});

    private static void append(OutputWindow window, String text) throws InterruptedException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        assertThat(window.append(bytes, 0, bytes.length)).isTrue();
    }

    private static OutputSlice look(OutputWindow window) throws InterruptedException {
        var request = new ReadRequest(null, Ending.frame(Framing.UINT16BE), 1, Duration.ZERO);
        var deadline = new Deadline(request.timeout(), () -> false);
        return OutputWait.of(window, null, false, null, request, deadline, new DeliveryBudget(1 << 20).share())
                .bytes();
    }

    private static String take(OutputWindow window) throws InterruptedException {
        OutputSlice slice = look(window);
        String text = new String(OutputWindowTests.bytes(slice), StandardCharsets.ISO_8859_1);
        window.take(slice);
        return text;
    }

    @Test
    void aFrameIsTakenWithItsHeaderAndShownWithout() throws InterruptedException {
        append(window, "\0\3abc\0\1d");

        OutputSlice first = look(window);

        assertThat(first.offset()).isZero();
        assertThat(first.next()).isEqualTo(5);
        assertThat(first.length()).isEqualTo(3);
        assertThat(first.isWhole()).isTrue();
        assertThat(take(window)).isEqualTo("abc");
        assertThat(take(window)).isEqualTo("d");
        assertThat(look(window).isEmpty()).isTrue();
    }

    @Test
    void aPartOfAFrameIsNotShown() throws InterruptedException {
        for (String part : new String[] {"\0", "\3", "a", "b"}) {
            append(window, part);
            assertThat(look(window).isEmpty()).as(part).isTrue();
        }
        append(window, "c");

        assertThat(take(window)).isEqualTo("abc");
    }

    @Test
    void anEmptyFrameIsSomething() throws InterruptedException {
        append(window, "\0\0");

        OutputSlice empty = look(window);

        assertThat(empty.length()).isZero();
        assertThat(empty.isEmpty()).isFalse();
        assertThat(empty.isWhole()).isTrue();
        assertThat(take(window)).isEmpty();
        assertThat(window.status().cursor()).isEqualTo(2);
    }

    /** Its header, its content and its end are each once at the place where the ring begins again. */
    @Test
    void framesAreFoundWhereverTheRingBeginsAgain() throws InterruptedException {
        for (int length = 0; length <= CAPACITY - 2; length++) {
            for (int i = 0; i < CAPACITY; i++) {
                String content = "0123456789abcdef".substring(i % 3, i % 3 + Math.min(length, CAPACITY - 3));
                append(window, "\0" + (char) content.length() + content);
                assertThat(take(window)).isEqualTo(content);
            }
        }
    }

    @Test
    void aFrameMayBeAsLargeAsTheWindowWithItsHeaderAndNoLarger() throws InterruptedException {
        append(window, "\0\16" + "x".repeat(CAPACITY - 2));
        assertThat(take(window)).hasSize(CAPACITY - 2);

        append(window, "\0\17");
        assertThatExceptionOfType(PipeException.class)
                .isThrownBy(() -> look(window))
                .returns(Reason.FRAME_TOO_LARGE, PipeException::reason)
                .satisfies(
                        e -> assertThat(e.data()).containsEntry("offset", 16L).containsEntry("length", 17L));
        assertThat(window.status().cursor()).isEqualTo(CAPACITY);
    }

    @Test
    void anEndWithinAFrameIsNoEndOfOutput() throws InterruptedException {
        append(window, "\0\1a\0\2b");
        window.end();

        assertThat(take(window)).isEqualTo("a");
        assertThatExceptionOfType(PipeException.class)
                .isThrownBy(() -> look(window))
                .returns(Reason.BAD_FRAME, PipeException::reason);
        window.takeUpTo(6);
        assertThat(look(window).eof()).isTrue();
    }

    @Test
    void theLastFrameSaysThatItIsTheLast() throws InterruptedException {
        append(window, "\0\1a\0\1b");
        window.end();

        assertThat(look(window).eof()).isFalse();
        take(window);
        assertThat(look(window).eof()).isTrue();
    }

    @Test
    void anOutputThatWasCutOffInAFrameIsNotCalledABadFrame() throws InterruptedException {
        append(window, "\0\2b");
        window.fail(new IOException("torn"));

        assertThatExceptionOfType(PipeException.class)
                .isThrownBy(() -> look(window))
                .returns(Reason.READ_FAILED, PipeException::reason);
    }

    @Test
    void aFrameThatMayBeDroppedIsCopied() throws InterruptedException {
        append(dropping, "\0\3abc");

        OutputSlice frame = look(dropping);
        append(dropping, "x".repeat(CAPACITY));

        assertThat(OutputWindowTests.bytes(frame)).asString().isEqualTo("abc");
    }
}
