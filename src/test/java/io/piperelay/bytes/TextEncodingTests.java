package io.piperelay.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextEncodingTests {

    private static final byte[] NOTHING = {};

    private static TextEncoding encoding(String charset) {
        return Objects.requireNonNull(TextEncoding.of(Charset.forName(charset)));
    }

    private static byte[] encode(String text, String charset) throws UnmappableTextException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return encoding(charset).encode(utf8, utf8.length, "");
    }

    @Test
    void utf8NeedsNone() {
        assertThat(TextEncoding.of(StandardCharsets.UTF_8)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "x-UTF-16LE-BOM", "X-UTF-32LE-BOM", "ISO-2022-CN", "x-JISAutoDetect"})
    void whatNoChildCanBeSpokenToInIsRefused(String charset) {
        assertThatIllegalArgumentException().isThrownBy(() -> encoding(charset));
    }

    @ParameterizedTest
    @CsvSource({
        "GBK,false",
        "UTF-16LE,false",
        "windows-1252,false",
        "ISO-2022-JP,true",
        "ISO-2022-KR,true",
        "IBM930,true"
    })
    void thoseWithShiftsAreKnown(String charset, boolean shifts) {
        assertThat(encoding(charset).shifts()).isEqualTo(shifts);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8191, 8192, 50_000})
    void textOfAnyLengthIsEncoded(int length) throws Exception {
        String text = "a" + "\u4f60\u597d".repeat(length);

        for (String charset : new String[] {"GB18030", "UTF-16LE", "ISO-2022-JP"}) {
            String common = charset.equals("ISO-2022-JP") ? text.replace('\u4f60', '\u65e5') : text;
            assertThat(encode(common, charset)).isEqualTo(common.getBytes(Charset.forName(charset)));
        }
        assertThat(encode("\uD83D\uDE00".repeat(length), "GB18030"))
                .isEqualTo("\uD83D\uDE00".repeat(length).getBytes(Charset.forName("GB18030")));
    }

    /** The shifts are ended before the line feed, and not begun again. */
    @Test
    void aTerminatorIsPartOfTheText() throws Exception {
        byte[] utf8 = "\u65e5".getBytes(StandardCharsets.UTF_8);

        assertThat(encoding("ISO-2022-JP").encode(utf8, utf8.length, "\n"))
                .isEqualTo("\u65e5\n".getBytes(Charset.forName("ISO-2022-JP")));
        assertThat(TextEncoding.encode("\r\n", encoding("UTF-16LE"))).containsExactly('\r', 0, '\n', 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8190, 8191, 8192, 20_000})
    void whatCannotBeEncodedIsNamedWithItsPosition(int before) {
        assertThatExceptionOfType(UnmappableTextException.class)
                .isThrownBy(() -> encode("\u4e2d".repeat(before) + "\uD83D\uDE00!", "GBK"))
                .withMessage("GBK has no character U+1F600.")
                .returns(3L * before, UnmappableTextException::position);
    }

    @Test
    void whatIsNotUtf8IsNamedWithItsPosition() {
        byte[] noText = {'a', (byte) 0xE4, (byte) 0xBD, (byte) 0xA0, (byte) 0xFF, 'b'};

        assertThatExceptionOfType(UnmappableTextException.class)
                .isThrownBy(() -> encoding("GBK").encode(noText, noText.length, ""))
                .returns(4L, UnmappableTextException::position);
        assertThatExceptionOfType(UnmappableTextException.class)
                .as("the beginning of a character")
                .isThrownBy(() -> encoding("GBK").encode(noText, 3, ""))
                .returns(1L, UnmappableTextException::position);
    }

    @ParameterizedTest
    @CsvSource({
        "GBK, C4E3BA, 1",
        "GBK, C4E3, 0",
        "GBK, C4E30A, 0",
        "GB18030, 61813084, 3",
        "Shift_JIS, 955C, 0",
        "Shift_JIS, 5C95, 1",
        "UTF-16LE, 0A, 1",
        "UTF-16LE, 3DD8, 2",
        "UTF-16LE, 3DD800, 3",
        "UTF-32BE, 000000, 3",
        "windows-1252, FF, 0",
    })
    void theBeginningOfACharacterIsIncomplete(String charset, String hex, int incomplete) {
        byte[] bytes = HexFormat.of().parseHex(hex);

        assertThat(encoding(charset).incompleteEnd(NOTHING, bytes, bytes.length))
                .isEqualTo(incomplete);
    }

    static Stream<Charset> charsets() {
        return Charset.availableCharsets().values().stream().filter(Charset::canEncode);
    }

    /** Whatever their encoders write, and whatever pieces that arrives in. */
    @ParameterizedTest
    @MethodSource("charsets")
    void aTextThatArrivesByteByByteIsTheSame(Charset charset) {
        byte[] bytes = "abc \u00e9\u4f60\u597d\u65e5\u672c\u3042\uAC00\u0436\n\uD83D\uDE00x"
                .codePoints()
                .mapToObj(Character::toString)
                .filter(charset.newEncoder()::canEncode)
                .collect(Collectors.joining())
                .getBytes(charset);

        assertThat(decoded(charset, bytes, 1)).isEqualTo(new String(bytes, charset));
        assertThat(decoded(charset, bytes, 3)).isEqualTo(new String(bytes, charset));
    }

    @ParameterizedTest
    @MethodSource("charsets")
    void noBytesBringItToAStandstill(Charset charset) {
        byte[] noise = new byte[5000];
        new Random(1).nextBytes(noise);

        assertThat(decoded(charset, noise, 1)).isNotEmpty();
        assertThat(decoded(charset, noise, 64)).isEqualTo(decoded(charset, noise, 1));
    }

    private static String decoded(Charset charset, byte[] bytes, int piece) {
        var decoder = new TextDecoder(charset, piece);
        var text = new StringBuilder();
        for (int from = 0; from < bytes.length; from += piece) {
            decoder.decode(bytes, from, Math.min(piece, bytes.length - from), text::append);
        }
        decoder.end(text::append);
        return text.toString();
    }
}
