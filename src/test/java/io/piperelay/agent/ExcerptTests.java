package io.piperelay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExcerptTests {

    private final Excerpt excerpt = new Excerpt();

    @Test
    void textInUtf8StaysReadable() {
        assertThat(excerptOf("Bingo hen shuai, 好")).isEqualTo("20 bytes: \"Bingo hen shuai, 好\"");
    }

    @Test
    void oneByteIsSingular() {
        assertThat(excerptOf("a")).isEqualTo("1 byte: \"a\"");
    }

    @Test
    void nothingIsAnEmptyString() {
        assertThat(excerptOf("")).isEqualTo("0 bytes: \"\"");
    }

    @Test
    void terminatorsQuotesAndControlCharactersAreEscaped() {
        assertThat(excerptOf("\0\r\n\t\"\\\033\177")).isEqualTo("8 bytes: \"\\0\\r\\n\\t\\\"\\\\\\x1b\\x7f\"");
    }

    @ParameterizedTest
    @CsvSource({"0085, \\u0085", "2028, \\u2028", "202e, \\u202e", "feff, \\ufeff"})
    void charactersThatWouldUpsetALineAreEscaped(String code, String escaped) {
        assertThat(excerptOf(Character.toString(Integer.parseInt(code, 16)))).endsWith("\"" + escaped + "\"");
    }

    @Test
    void bytesThatAreNotUtf8AreShownAsNumbers() {
        excerpt.add(new byte[] {'a', (byte) 0xff, 'b', (byte) 0xe4, (byte) 0xb8}, 0, 5);

        assertThat(shown()).isEqualTo("5 bytes: \"a\\xffb\\xe4\\xb8\"");
    }

    @Test
    void longTextIsCutAndItsWholeSizeGiven() {
        assertThat(excerptOf("a".repeat(1000))).isEqualTo("1000 bytes: \"" + "a".repeat(Excerpt.SHOWN) + "\"...");
    }

    @Test
    void textOfExactlyTheShownLengthIsNotCut() {
        assertThat(excerptOf("好".repeat(Excerpt.SHOWN))).endsWith("好\"");
        excerpt.clear();
        assertThat(excerptOf("好".repeat(Excerpt.SHOWN + 1))).endsWith("好\"...");
    }

    @Test
    void characterCutInHalfByTheEndOfTheHeadIsNotAnError() {
        assertThat(excerptOf("a" + "😀".repeat(200))).endsWith("😀\"...").doesNotContain("\\x");
    }

    @Test
    void partsAddUp() {
        excerpt.add("xxBing".getBytes(StandardCharsets.UTF_8), 2, 4);
        excerpt.add("o".getBytes(StandardCharsets.UTF_8), 0, 1);

        assertThat(shown()).isEqualTo("5 bytes: \"Bingo\"");
        assertThat(excerpt.size()).isEqualTo(5);
    }

    @Test
    void clearingStartsAgain() {
        excerptOf("before");
        excerpt.clear();

        assertThat(excerptOf("after")).isEqualTo("5 bytes: \"after\"");
    }

    private String excerptOf(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        excerpt.add(bytes, 0, bytes.length);
        return shown();
    }

    private String shown() {
        StringBuilder line = new StringBuilder();
        excerpt.appendTo(line);
        return line.toString();
    }
}
