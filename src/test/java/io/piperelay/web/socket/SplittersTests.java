package io.piperelay.web.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.piperelay.bytes.Framing;
import io.piperelay.web.problem.ProblemException;
import io.piperelay.web.problem.ProblemType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link LineSplitter} and {@link FrameSplitter}: what is a message, however its bytes come together. */
class SplittersTests {

    private final List<String> messages = new ArrayList<>();
    private final StringBuilder message = new StringBuilder();

    private void part(String text, boolean last) {
        message.append(text);
        if (last) {
            messages.add(message.toString());
            message.setLength(0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 100})
    void linesAreMessagesInPiecesOfAnySize(int size) throws IOException {
        var lines = new LineSplitter(this::part);
        String text = "a\nbc\r\n\n\r\r\nd\re\n\r\n\u4e2d";
        for (int from = 0; from < text.length(); from += size) {
            lines.split(text.substring(from, Math.min(text.length(), from + size)));
        }
        assertThat(messages).containsExactly("a", "bc", "", "\r", "d\re", "");
        lines.end();
        assertThat(messages).last().isEqualTo("\u4e2d");
    }

    @Test
    void nothingBehindTheLastLineIsNoLine() throws IOException {
        var lines = new LineSplitter(this::part);
        lines.split("a\n");
        lines.end();
        assertThat(messages).containsExactly("a");
    }

    @Test
    void aCarriageReturnAtTheVeryEndBelongsToTheLine() throws IOException {
        var lines = new LineSplitter(this::part);
        lines.split("\r");
        lines.end();
        assertThat(messages).containsExactly("\r");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1000})
    void framesAreMessagesInPiecesOfAnySize(int size) throws IOException {
        for (Framing framing : List.of(Framing.CONTENT_LENGTH, Framing.UINT32LE, Framing.UINT16BE)) {
            messages.clear();
            var frames = new FrameSplitter(
                    framing,
                    (bytes, from, count, last) ->
                            part(new String(bytes, from, count, StandardCharsets.US_ASCII), last));
            byte[] all = frames(framing, "abc", "", "d", "x".repeat(300));
            for (int from = 0; from < all.length; from += size) {
                frames.split(all, from, Math.min(size, all.length - from));
            }
            frames.end();
            assertThat(messages).containsExactly("abc", "", "d", "x".repeat(300));
        }
    }

    private static byte[] frames(Framing framing, String... contents) {
        var all = new ByteArrayOutputStream();
        for (String content : contents) {
            all.writeBytes(framing.header(content.length()));
            all.writeBytes(content.getBytes(StandardCharsets.US_ASCII));
        }
        return all.toByteArray();
    }

    @Test
    void whatIsNoFrameIsRefused() {
        var frames = new FrameSplitter(Framing.CONTENT_LENGTH, (bytes, from, count, last) -> {});
        assertBad(() -> frames.split("nonsense\r\n\r\n".getBytes(StandardCharsets.US_ASCII), 0, 12));
        var endless = new FrameSplitter(Framing.CONTENT_LENGTH, (bytes, from, count, last) -> {});
        assertBad(() ->
                endless.split("X-Long: ".concat("x".repeat(70_000)).getBytes(StandardCharsets.US_ASCII), 0, 70_000));
        var torn = new FrameSplitter(Framing.UINT16BE, (bytes, from, count, last) -> {});
        assertBad(() -> {
            torn.split(new byte[] {0, 2, 'a'}, 0, 3);
            torn.end();
        });
    }

    private static void assertBad(org.assertj.core.api.ThrowableAssert.ThrowingCallable split) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(split)
                .matches(refused -> refused.problem().type() == ProblemType.BAD_FRAME);
    }
}
