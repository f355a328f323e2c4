package io.piperelay.bytes;

import java.nio.charset.StandardCharsets;

/** A byte sequence that ends a message, at least one byte long. */
public final class Delimiter {

    public static final Delimiter LF = new Delimiter("lf", "\n");
    public static final Delimiter CRLF = new Delimiter("crlf", "\r\n");
    public static final Delimiter NUL = new Delimiter("nul", "\0");

    private final String name;
    private final byte[] bytes;
    private final int[] borders;

    private Delimiter(String name, String text) {
        this.name = name;
        this.bytes = text.getBytes(StandardCharsets.UTF_8);
        this.borders = borders(bytes);
    }

    /** @param text not empty; its UTF-8 bytes are the delimiter */
    public static Delimiter of(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a delimiter has at least one byte");
        }
        return new Delimiter(text, text);
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

    /** What clients call it: {@code lf}, {@code crlf} or {@code nul}, or else its text. */
    public String name() {
        return name;
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
