package io.piperelay.bytes;

import java.nio.charset.StandardCharsets;

/** A byte sequence that ends a message, at least one byte long. */
public final class Delimiter {

    public static final Delimiter LF = new Delimiter(new byte[] {'\n'});
    public static final Delimiter NUL = new Delimiter(new byte[] {0});

    private final byte[] bytes;
    private final int[] borders;

    private Delimiter(byte[] bytes) {
        this.bytes = bytes;
        this.borders = borders(bytes);
    }

    /** @param text not empty; its UTF-8 bytes are the delimiter */
    public static Delimiter of(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a delimiter has at least one byte");
        }
        return new Delimiter(text.getBytes(StandardCharsets.UTF_8));
    }

    private static int[] borders(byte[] bytes) {
        int[] borders = new int[bytes.length + 1];
        int border = 0;
        for (int length = 2; length <= bytes.length; length++) {
            byte last = bytes[length - 1];
            while (border > 0 && bytes[border] != last) {
                border = borders[border];
            }
            border += bytes[border] == last ? 1 : 0;
            borders[length] = border;
        }
        return borders;
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    int length() {
        return bytes.length;
    }

    byte at(int index) {
        return bytes[index];
    }

    /** The length of the longest proper prefix of the first {@code length} bytes that is also their suffix. */
    int border(int length) {
        return borders[length];
    }
}
