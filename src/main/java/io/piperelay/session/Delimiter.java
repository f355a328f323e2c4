package io.piperelay.session;

import java.nio.charset.StandardCharsets;

/** A byte sequence that ends a message, at least one byte long. */
public final class Delimiter {

    public static final Delimiter LF = new Delimiter(new byte[] {'\n'});
    public static final Delimiter NUL = new Delimiter(new byte[] {0});

    private final byte[] bytes;

    private Delimiter(byte[] bytes) {
        this.bytes = bytes;
    }

    /** @param text not empty; its UTF-8 bytes are the delimiter */
    public static Delimiter of(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a delimiter has at least one byte");
        }
        return new Delimiter(text.getBytes(StandardCharsets.UTF_8));
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
}
