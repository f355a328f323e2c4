package io.piperelay.agent;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * The first of a number of bytes, and how many there are, in a form that is safe to print on one line: {@code 16 bytes:
 * "Bingo hen shuai\0"}. Text in UTF-8 stays readable; quotes, control characters and everything else are escaped as in
 * C.
 */
final class Excerpt {

    /** How many characters are shown; the rest are only counted. */
    static final int SHOWN = 80;

    private static final int LONGEST_CHARACTER = 4;

    private final byte[] head = new byte[SHOWN * LONGEST_CHARACTER];
    private int kept;
    private long size;

    void add(byte[] bytes, int offset, int length) {
        int count = Math.min(length, head.length - kept);
        System.arraycopy(bytes, offset, head, kept, count);
        kept += count;
        size += length;
    }

    void clear() {
        kept = 0;
        size = 0;
    }

    long size() {
        return size;
    }

    void appendTo(StringBuilder line) {
        line.append(size).append(size == 1 ? " byte: \"" : " bytes: \"");
        boolean whole = appendShown(line);
        line.append(whole ? "\"" : "\"...");
    }

    /** Appends as much as may be shown, and returns whether that is all. */
    private boolean appendShown(StringBuilder line) {
        boolean keptAll = kept == size;
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer bytes = ByteBuffer.wrap(head, 0, kept);
        CharBuffer text = CharBuffer.allocate(kept);
        int shown = 0;
        while (true) {
            CoderResult result = decoder.decode(bytes, text, keptAll);
            text.flip();
            while (text.hasRemaining()) {
                char c = text.get();
                if (!Character.isLowSurrogate(c) && shown++ == SHOWN) {
                    return false;
                }
                appendCharacter(line, c);
            }
            text.clear();
            if (!result.isMalformed()) {
                return keptAll;
            }
            for (int i = 0; i < result.length(); i++) {
                if (shown++ == SHOWN) {
                    return false;
                }
                appendHex(line.append("\\x"), bytes.get() & 0xff, 2);
            }
        }
    }

    private static void appendCharacter(StringBuilder line, char c) {
        switch (c) {
            case '"' -> line.append("\\\"");
            case '\\' -> line.append("\\\\");
            case '\0' -> line.append("\\0");
            case '\n' -> line.append("\\n");
            case '\r' -> line.append("\\r");
            case '\t' -> line.append("\\t");
            default -> {
                if (isPrintable(c)) {
                    line.append(c);
                } else if (c < 0x80) {
                    appendHex(line.append("\\x"), c, 2);
                } else {
                    appendHex(line.append("\\u"), c, 4);
                }
            }
        }
    }

    private static boolean isPrintable(char c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private static void appendHex(StringBuilder line, int value, int digits) {
        for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
            line.append(Character.forDigit(value >> shift & 0xf, 16));
        }
    }
}
