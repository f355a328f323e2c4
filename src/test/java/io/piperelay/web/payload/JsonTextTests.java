package io.piperelay.web.payload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Text as in a JSON string: escaped by one class, and measured by another. */
class JsonTextTests {

    private static byte[] escaped(byte[] bytes, Random pieces) throws IOException {
        var escaped = new ByteArrayOutputStream();
        writeInPieces(bytes, new JsonTextStream(escaped), pieces);
        return escaped.toByteArray();
    }

    private static JsonTextMeasure measured(byte[] bytes, Random pieces) throws IOException {
        var measure = new JsonTextMeasure();
        writeInPieces(bytes, measure, pieces);
        return measure;
    }

    private static void writeInPieces(byte[] bytes, OutputStream target, Random pieces) throws IOException {
        for (int from = 0; from < bytes.length; ) {
            int length = Math.min(bytes.length - from, 1 + pieces.nextInt(5));
            target.write(bytes, from, length);
            from += length;
        }
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    @Test
    void everyCharacterIsReadAsItWasAndAsLongAsMeasured() throws IOException {
        var everything = new StringBuilder();
        for (int character = 0; character <= Character.MAX_CODE_POINT; character++) {
            if (character < Character.MIN_SURROGATE || character > Character.MAX_SURROGATE) {
                everything.appendCodePoint(character);
            }
        }
        byte[] bytes = everything.toString().getBytes(StandardCharsets.UTF_8);
        var pieces = new Random(1);

        byte[] escaped = escaped(bytes, pieces);

        String document = "\"" + new String(escaped, StandardCharsets.UTF_8) + "\"";
        assertThat(JsonMapper.shared().readTree(document).asString().contentEquals(everything))
                .isTrue();
        JsonTextMeasure measure = measured(bytes, pieces);
        assertThat(measure.isText()).isTrue();
        assertThat(measure.length()).isEqualTo(escaped.length);
    }

    /** The first four are truncated characters of two, three and four bytes; the others occur in no character. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "c3",
                "e4b8",
                "f09f98",
                "41e4b8",
                "80",
                "c080",
                "c1bf",
                "e08080",
                "e09fbf",
                "eda080",
                "edbfbf",
                "f08080",
                "f08fbfbf",
                "f4908080",
                "f5808080",
                "f8888080",
                "ff",
                "e4b841",
                "e4c3a9",
                "f09f9841"
            })
    void whatIsNoWholeCharacterIsNoText(String hex) throws IOException {
        byte[] bytes = HexFormat.of().parseHex(hex);

        assertThat(measured(bytes, new Random(1)).isText()).isFalse();
    }

    @Test
    void whetherBytesAreTextIsJudgedAsTheJdkJudges() throws IOException {
        byte[] likely = HexFormat.of().parseHex("41c2c3e0e1e4edeff0f1f3f4f580898f9098a0b8bf9f");
        int texts = 0;
        for (int seed = 0; seed < 200_000; seed++) {
            var random = new Random(seed);
            byte[] bytes = new byte[random.nextInt(6)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = likely[random.nextInt(likely.length)];
            }
            boolean isText = isUtf8(bytes);
            texts += isText ? 1 : 0;
            assertThat(measured(bytes, random).isText())
                    .as(HexFormat.of().formatHex(bytes))
                    .isEqualTo(isText);
        }
        assertThat(texts).isBetween(1_000, 199_000);
    }
}
