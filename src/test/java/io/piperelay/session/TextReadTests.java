package io.piperelay.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.bytes.TextDecoder;
import io.piperelay.bytes.TextEncoding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link OutputReader} where the output is text in a charset of its own. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class TextReadTests {

    private static final int WINDOW = 64;

    /** In all of the charsets below, in characters of one to four bytes. */
    private static final String ALPHABET = "ab\n\\\u65e5\u672c\u8868\u3042";

    private static TextEncoding encoding(String charset) {
        return Objects.requireNonNull(TextEncoding.of(Charset.forName(charset)));
    }

    private static OutputWindow window(String charset, boolean dropOldest) {
        return new OutputWindow("s", encoding(charset), WINDOW, dropOldest, (start, end) -> {});
    }

    private static OutputReader readerOf(OutputWindow window) {
        return new OutputReader(
                window,
                new OutputIntake(InputStream.nullInputStream(), window, null),
                new ChildExit(),
                DeliveryBudget.ofTheHeap());
    }

    /** Decodes each answer on its own, as a client gets it. */
    private static final class TextReceiver implements Receiver {

        private final StringBuilder text = new StringBuilder();

        @Override
        public boolean isGone() {
            return false;
        }

        @Override
        public void receive(OutputSlice slice) throws IOException {
            TextDecoder decoder = TextEncoding.decoder(slice.encoding(), 16);
            byte[] before = slice.lineBefore();
            decoder.decode(before, 0, before.length, ignored -> {});
            var bytes = new ByteArrayOutputStream();
            slice.writeTo(bytes);
            decoder.decode(bytes.toByteArray(), 0, bytes.size(), text::append);
            decoder.end(text::append);
        }
    }

    private static ReadRequest request(Ending ending, int max) {
        return new ReadRequest(null, ending.inCharacters(), max, Duration.ZERO);
    }

    private static String randomText(Random random) {
        var text = new StringBuilder();
        for (int i = random.nextInt(200); i > 0; i--) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.append('\n').toString();
    }

    /** Whatever pieces it arrives in, and however much each reader takes: no character is cut, lost or changed. */
    @ParameterizedTest
    @ValueSource(strings = {"GBK", "GB18030", "Shift_JIS", "EUC-JP", "UTF-16LE", "UTF-16BE", "UTF-32LE", "ISO-2022-JP"})
    void everyReadIsWholeCharacters(String charset) throws Exception {
        for (int seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            String text = randomText(random);
            byte[] bytes = text.getBytes(Charset.forName(charset));
            OutputWindow window = window(charset, false);
            OutputReader reader = readerOf(window);
            var receiver = new TextReceiver();
            for (int from = 0; from < bytes.length; ) {
                byte[] piece = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + 1 + random.nextInt(9)));
                from += window.offer(piece, piece.length);
                while (random.nextInt(3) > 0
                        && reader.read(request(Ending.ANY_BYTE, 1 + random.nextInt(WINDOW)), receiver)) {
                    assertThat(text).startsWith(receiver.text);
                }
            }
            window.end();
            while (receiver.text.length() < text.length()) {
                assertThat(reader.read(request(Ending.ANY_BYTE, WINDOW), receiver))
                        .isTrue();
            }

            assertThat(receiver.text).as("seed " + seed).hasToString(text);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GBK", "Shift_JIS", "UTF-16LE", "ISO-2022-JP"})
    void everyLineIsOne(String charset) throws Exception {
        var random = new Random(7);
        OutputWindow window = window(charset, false);
        OutputReader reader = readerOf(window);
        for (int line = 0; line < 500; line++) {
            String text = randomText(random).replace("\n", "");
            text = text.substring(0, Math.min(text.length(), 9)) + "\n";
            byte[] bytes = text.getBytes(Charset.forName(charset));
            int first = random.nextInt(bytes.length);
            var receiver = new TextReceiver();
            assertThat(window.append(bytes, 0, first)).isTrue();
            assertThat(reader.read(request(Ending.LINE, WINDOW), receiver)).isFalse();
            assertThat(window.append(bytes, first, bytes.length - first)).isTrue();

            assertThat(reader.read(request(Ending.LINE, WINDOW), receiver)).isTrue();
            assertThat(receiver.text).hasToString(text);
        }
    }

    /** A window that drops bytes may cut a character, and then the next ones can't be told from each other; a line feed can. */
    @Test
    void aWindowThatDropsIsUnderstoodAgainFromTheNextLineOn() throws Exception {
        OutputWindow window = window("GBK", true);
        OutputReader reader = readerOf(window);
        byte[] bytes = ("\u65e5\u672c".repeat(WINDOW) + "\n\u65e5abc\n").getBytes(Charset.forName("GBK"));
        assertThat(window.append(bytes, 0, bytes.length)).isTrue();
        assertThat(window.status().oldest() % 2)
                .as("it begins within a character")
                .isEqualTo(1);
        var next = new TextReceiver();

        assertThat(reader.read(request(Ending.LINE, WINDOW), new TextReceiver()))
                .isTrue();
        assertThat(reader.read(request(Ending.LINE, WINDOW), next)).isTrue();

        assertThat(next.text).hasToString("\u65e5abc\n");
    }

    /** Bytes that a client takes as they are leave the rest of a character to whoever reads text. */
    @Test
    void aReaderThatBeginsWithinACharacterGetsTheRestAsNone() throws Exception {
        OutputWindow window = window("GBK", false);
        OutputReader reader = readerOf(window);
        byte[] bytes = "\u65e5ab\n".getBytes(Charset.forName("GBK"));
        assertThat(window.append(bytes, 0, bytes.length)).isTrue();
        window.acknowledge(1);
        var receiver = new TextReceiver();

        assertThat(reader.read(request(Ending.LINE, WINDOW), receiver)).isTrue();

        assertThat(window.status().cursor()).isEqualTo(bytes.length);
        assertThat(receiver.text.toString()).endsWith("b\n");
    }
}
