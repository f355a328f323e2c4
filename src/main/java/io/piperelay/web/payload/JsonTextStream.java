package io.piperelay.web.payload;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Escapes UTF-8 text, in pieces of any size, for the inside of a JSON string: <a
 * href="https://www.rfc-editor.org/rfc/rfc8259#section-7">RFC 8259, 7</a>.
 */
final class JsonTextStream extends FilterOutputStream {

    private static final int FIRST_UNESCAPED_CONTROL = 0x20;
    private static final byte[][] ESCAPES = new byte[0x80][];

    static {
        for (int control = 0; control < FIRST_UNESCAPED_CONTROL; control++) {
            escape(control, String.format("\\u%04x", control));
        }
        escape('\b', "\\b");
        escape('\t', "\\t");
        escape('\n', "\\n");
        escape('\f', "\\f");
        escape('\r', "\\r");
        escape('"', "\\\"");
        escape('\\', "\\\\");
    }

    JsonTextStream(OutputStream target) {
        super(target);
    }

    private static void escape(int character, String escaped) {
        ESCAPES[character] = escaped.getBytes(StandardCharsets.US_ASCII);
    }

    /** How many bytes this one is escaped to. */
    static int lengthOf(byte value) {
        return isPlain(value) ? 1 : ESCAPES[value].length;
    }

    /** In a character of more than one byte, each is negative. */
    private static boolean isPlain(byte value) {
        return value < 0 || ESCAPES[value] == null;
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        int end = offset + count;
        int plain = offset;
        for (int i = offset; i < end; i++) {
            if (!isPlain(bytes[i])) {
                out.write(bytes, plain, i - plain);
                out.write(ESCAPES[bytes[i]]);
                plain = i + 1;
            }
        }
        out.write(bytes, plain, end - plain);
    }
}
