package io.piperelay.bytes;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** How a child that does not speak UTF-8 writes its text, and reads ours. */
public final class TextEncoding {

    /** Characters of three sets that are in charsets with shifts, which those announce by these bytes. */
    private static final String SHIFTED = "\u3042\uAC00\u4E2D";

    /** How many characters, or bytes, are converted at once. */
    private static final int PORTION = 8 * 1024;

    private static final byte ESCAPE = 0x1B;
    private static final byte SHIFT_OUT = 0x0E;

    private final Charset charset;
    private final boolean shifts;

    private TextEncoding(Charset charset) {
        this.charset = charset;
        this.shifts = shifts(charset);
    }

    /**
     * @return null for UTF-8, which needs no conversion
     * @throws IllegalArgumentException if a child can't be spoken to in this charset: one that Java only reads, or one whose
     *     every text begins with a byte-order mark
     */
    public static @Nullable TextEncoding of(Charset charset) {
        if (charset.equals(StandardCharsets.UTF_8)) {
            return null;
        }
        if (!charset.canEncode()) {
            throw new IllegalArgumentException("Java can read that charset, but not write it");
        }
        if ("aa".getBytes(charset).length != 2 * "a".getBytes(charset).length) {
            throw new IllegalArgumentException(
                    "each text in that charset begins with a byte-order mark: name the order, such as UTF-16LE");
        }
        return new TextEncoding(charset);
    }

    private static boolean shifts(Charset charset) {
        for (byte value : SHIFTED.getBytes(charset)) {
            if (value == ESCAPE || value == SHIFT_OUT) {
                return true;
            }
        }
        return false;
    }

    /** Whether bytes mean something else behind others in the same line, such as ISO-2022-JP's escape sequences. */
    public boolean shifts() {
        return shifts;
    }

    public boolean canEncode(String text) {
        return charset.newEncoder().canEncode(text);
    }

    /** @param encoding null for UTF-8 */
    public static byte[] encode(String text, @Nullable TextEncoding encoding) {
        return text.getBytes(encoding == null ? StandardCharsets.UTF_8 : encoding.charset);
    }

    /**
     * @param encoding null for UTF-8
     * @param portion how many bytes are decoded at once, at least 1
     */
    public static TextDecoder decoder(@Nullable TextEncoding encoding, int portion) {
        return new TextDecoder(encoding == null ? StandardCharsets.UTF_8 : encoding.charset, portion);
    }

    /** How many bytes at the end of the first {@code count} are the beginning of an incomplete character. */
    public int incompleteEnd(byte[] before, byte[] bytes, int count) {
        TextDecoder decoder = decoder(this, count + before.length);
        decoder.goOnBehind(before);
        decoder.decode(bytes, 0, count, text -> {});
        return Math.min(decoder.unfinished(), count);
    }

    /**
     * UTF-8 text as this encoding has it.
     *
     * @param terminator what follows the text
     * @throws UnmappableTextException if there is something that it does not have, or the text is not UTF-8
     */
    public byte[] encode(byte[] utf8, int length, String terminator) throws UnmappableTextException {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharsetEncoder encoder = charset.newEncoder();
        ByteBuffer bytes = ByteBuffer.wrap(utf8, 0, length);
        CharBuffer text = CharBuffer.allocate(PORTION);
        var encoded = new ByteArrayOutputStream(length);
        CoderResult decoded;
        do {
            int start = bytes.position();
            decoded = decoder.decode(bytes, text.clear(), true);
            encode(text.flip(), start, encoder, encoded);
            if (decoded.isError()) {
                throw new UnmappableTextException("The body is not UTF-8 text.", bytes.position());
            }
        } while (decoded.isOverflow());
        encode(CharBuffer.wrap(terminator), length, encoder, encoded);
        finish(encoder, encoded);
        return encoded.toByteArray();
    }

    private void encode(CharBuffer text, int start, CharsetEncoder encoder, ByteArrayOutputStream encoded)
            throws UnmappableTextException {
        CharBuffer all = text.duplicate();
        ByteBuffer portion = ByteBuffer.allocate(PORTION);
        CoderResult result;
        do {
            result = encoder.encode(text, portion.clear(), false);
            encoded.write(portion.array(), 0, portion.position());
            if (result.isError()) {
                int codePoint = Character.codePointAt(text, 0);
                String before = all.limit(text.position()).toString();
                throw new UnmappableTextException(
                        String.format("%s has no character U+%04X.", charset, codePoint),
                        start + before.getBytes(StandardCharsets.UTF_8).length);
            }
        } while (result.isOverflow());
    }

    private static void finish(CharsetEncoder encoder, ByteArrayOutputStream encoded) {
        ByteBuffer rest = ByteBuffer.allocate(PORTION);
        encoder.encode(CharBuffer.allocate(0), rest, true);
        encoder.flush(rest);
        encoded.write(rest.array(), 0, rest.position());
    }
}
