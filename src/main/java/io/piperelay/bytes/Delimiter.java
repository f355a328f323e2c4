package io.piperelay.bytes;

import java.nio.charset.StandardCharsets;

/** What ends a message: one or more bytes, or characters where the child's text is not UTF-8. */
public final class Delimiter {

    public static final Delimiter LF = new Delimiter("lf", "\n");
    public static final Delimiter CRLF = new Delimiter("crlf", "\r\n");
    public static final Delimiter NUL = new Delimiter("nul", "\0");

    private final String name;
    private final String text;
    /** What is compared: a char for each byte of the text in UTF-8, or the text's own. */
    private final CharSequence units;

    private final byte first;
    private final int[] borders;

    private Delimiter(String name, String text) {
        this(name, text, new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
    }

    Delimiter(String name, String text, CharSequence units) {
        this.name = name;
        this.text = text;
        this.units = units;
        this.first = (byte) units.charAt(0);
        this.borders = borders(units);
    }

    /** @param text not empty */
    public static Delimiter of(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a delimiter has at least one byte");
        }
        return new Delimiter(text, text);
    }

    private static int[] borders(CharSequence units) {
        int[] borders = new int[units.length() + 1];
        int border = 0;
        for (int length = 2; length <= units.length(); length++) {
            char last = units.charAt(length - 1);
            while (border > 0 && units.charAt(border) != last) {
                border = borders[border];
            }
            border += units.charAt(border) == last ? 1 : 0;
            borders[length] = border;
        }
        return borders;
    }

    /** What clients call it: {@code lf}, {@code crlf} or {@code nul}, or else its text. */
    public String name() {
        return name;
    }

    public String text() {
        return text;
    }

    /** The same, to be compared with characters instead of bytes. */
    Delimiter inCharacters() {
        return new Delimiter(name, text, text);
    }

    /** In bytes, or characters, like everything that follows. */
    int length() {
        return units.length();
    }

    char at(int index) {
        return units.charAt(index);
    }

    /** The first byte, if it is compared with bytes. */
    byte first() {
        return first;
    }

    /** The length of the longest proper prefix of the first {@code length} that is also their suffix. */
    int border(int length) {
        return borders[length];
    }
}
