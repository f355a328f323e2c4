package io.piperelay.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FramingTests {

    private static final long START = 5_000_000_000L;

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The frame that begins at {@link #START}, of whose bytes these are there. */
    private static @Nullable Frame frame(Framing framing, byte[] bytes, int there) throws BadFrameException {
        return framing.frame(
                offset -> {
                    assertThat(offset).isBetween(START, START + there - 1);
                    return bytes[(int) (offset - START)];
                },
                START,
                START + there);
    }

    private static @Nullable Frame frame(String header) throws BadFrameException {
        return frame(Framing.CONTENT_LENGTH, ascii(header), header.length());
    }

    @ParameterizedTest
    @CsvSource({
        "UINT32LE, 66051, 03020100",
        "UINT32BE, 66051, 00010203",
        "UINT32LE, 4294967294, FEFFFFFF",
        "UINT32BE, 4294967295, FFFFFFFF",
        "UINT16BE, 513, 0201",
        "UINT16BE, 65535, FFFF",
        "CONTENT_LENGTH, 12, 436F6E74656E742D4C656E6774683A2031320D0A0D0A",
        "NONE, 12, ''"
    })
    void aMessageIsPrecededByItsLength(Framing framing, long length, String header) {
        assertThat(framing.header(length)).asHexString().isEqualTo(header);
        assertThat(length).isLessThanOrEqualTo(framing == Framing.NONE ? length : framing.longest());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aFrameIsKnownOnceItsHeaderIsThere(Framing framing) throws BadFrameException {
        for (long length : new long[] {0, 1, 255, 256, framing.longest() < 70_000 ? 65_535 : 70_000}) {
            byte[] header = framing.header(length);
            for (int there = 0; there < header.length; there++) {
                assertThat(frame(framing, header, there)).as("%d bytes", there).isNull();
            }
            long content = START + header.length;
            assertThat(frame(framing, header, header.length)).isEqualTo(new Frame(START, content, content + length));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "content-length:7\r\n\r\n",
                "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 7\r\n\r\n",
                "CONTENT-LENGTH: \t7 \r\nX-Other_1: \r\n\r\n"
            })
    void otherFieldsAndSpacesAreNoMatter(String header) throws BadFrameException {
        assertThat(frame(header)).isEqualTo(new Frame(START, START + header.length(), START + header.length() + 7));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "Content-Type: x\r\n\r\n",
                "Content-Length: 7\n",
                "Content-Length: 7\r\r",
                "Content-Length: \r\n\r\n",
                "Content-Length: -7\r\n\r\n",
                "Content-Length: 7a\r\n\r\n",
                "Content-Length: ７\r\n\r\n",
                "Content-Length: 1234567890123456789\r\n\r\n",
                "Content-Length: 7\r\nContent-Length: 7\r\n\r\n",
                ": 7\r\n\r\n",
                "Content Length",
                "Loading model",
                "{\"",
                "\n",
                "\r\r"
            })
    void whatIsNoHeaderIsRefusedAsSoonAsThatShows(String bytes) {
        assertThatThrownBy(() -> frame(bytes)).isInstanceOf(BadFrameException.class);
    }

    @Test
    void aHeaderThatDoesNotEndIsRefused() throws BadFrameException {
        assertThat(frame("X: " + "x".repeat(1020))).isNull();
        assertThatThrownBy(() -> frame("X: " + "x".repeat(1021))).hasMessageContaining("1024 bytes");
        assertThatThrownBy(() -> frame("x".repeat(1024))).hasMessageContaining("1024 bytes");
    }

    @Test
    void namesAreThoseOfTheProtocols() {
        assertThat(Framing.values())
                .extracting(Framing::toString)
                .containsExactly("none", "content-length", "uint32le", "uint32be", "uint16be");
    }
}
