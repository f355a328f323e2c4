package io.piperelay.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Tests {

    @Test
    void whereverATextIsCutWhatIsBeforeTheIncompleteEndIsWhole() {
        String text = "a\u00e9\u4e2d\uD83D\uDE00\u0000\uFFFD";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

        for (int length = 0; length <= bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            int incomplete = Utf8.incompleteEnd(cut, length);
            String whole = new String(cut, 0, length - incomplete, StandardCharsets.UTF_8);
            assertThat(text).as("after %d bytes", length).startsWith(whole);
            assertThat(new String(cut, StandardCharsets.UTF_8).equals(whole)).isEqualTo(incomplete == 0);
        }
    }

    @ParameterizedTest
    @CsvSource({"'', 0", "41, 0", "80, 1", "ad65, 1", "b8ad41, 2", "9f988041, 3", "8080808041, 3", "c3a9, 0", "ff80, 0"
    })
    void whatBeganBeforeIsToldFromTheRest(String hex, int length) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        assertThat(Utf8.tornBeginning(bytes, bytes.length)).isEqualTo(length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "80", "808080", "80808080", "ff", "fe80", "c3a9", "e4b8ad80", "f09f988080", "f8808080"})
    void whatIsNoTextIsNotWaitedFor(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        assertThat(Utf8.incompleteEnd(bytes, bytes.length)).isZero();
    }
}
