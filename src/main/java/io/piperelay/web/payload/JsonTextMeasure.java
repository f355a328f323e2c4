package io.piperelay.web.payload;

import java.io.OutputStream;

/**
 * Determines, in a single pass over bytes that may arrive in pieces, whether they are valid UTF-8 (<a
 * href="https://www.rfc-editor.org/rfc/rfc3629#section-4">RFC 3629, 4</a>), and how long they are as the text of a JSON
 * string.
 */
final class JsonTextMeasure extends OutputStream {

    private long length;
    private boolean broken;
    private int missing;
    /** The range of a character's next byte: 0x80 to 0xBF, except for some second bytes. */
    private int least;

    private int most;

    /** Whether the bytes so far are complete, valid characters. */
    boolean isText() {
        return !broken && missing == 0;
    }

    /** In bytes, without the quotes, if it is text. */
    long length() {
        return length;
    }

    @Override
    public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) {
        for (int i = offset; i < offset + count && !broken; i++) {
            int value = bytes[i] & 0xFF;
            if (missing > 0) {
                continues(value);
            } else if (value >= 0x80) {
                begins(value);
            }
            length += JsonTextStream.lengthOf(bytes[i]);
        }
    }

    private void begins(int value) {
        least = value == 0xE0 ? 0xA0 : value == 0xF0 ? 0x90 : 0x80;
        most = value == 0xED ? 0x9F : value == 0xF4 ? 0x8F : 0xBF;
        missing = value >= 0xF0 ? 3 : value >= 0xE0 ? 2 : 1;
        broken = value < 0xC2 || value > 0xF4;
    }

    private void continues(int value) {
        broken = value < least || value > most;
        least = 0x80;
        most = 0xBF;
        missing--;
    }
}
