package io.piperelay.bytes;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;

/**
 * Decodes bytes that arrive in pieces of any size. Bytes that are no character in this charset become U+FFFD.
 *
 * <p>Not thread-safe.
 */
public final class TextDecoder {

    /** Receives characters as they are decoded. */
    @FunctionalInterface
    public interface Target<E extends Exception> {

        /** @param text valid until the method returns */
        void append(CharSequence text) throws E;
    }

    /** More than any charset needs for one character, or to shift to another set of them. */
    private static final int LONGEST = 32;

    private static final char REPLACEMENT = '\uFFFD';

    private final CharsetDecoder decoder;
    /** The length of the shortest character, in bytes. */
    private final int smallest;

    /** Of which no more than the beginning of a character remain after each piece. */
    private final ByteBuffer bytes;

    private final CharBuffer characters;
    private int unfinished;
    private boolean malformed;

    /** @param portion how many bytes are decoded at once, at least 1 */
    TextDecoder(Charset charset, int portion) {
        this.decoder = charset.newDecoder();
        this.smallest = "a".getBytes(charset).length;
        this.bytes = ByteBuffer.allocate(LONGEST + portion);
        this.characters = CharBuffer.allocate(LONGEST + portion);
    }

    /** How many of the bytes so far have not become characters: while some are passed on, those after them. */
    public int unfinished() {
        return unfinished;
    }

    /** Whether any of the bytes so far were no character. */
    public boolean isMalformed() {
        return malformed;
    }

    /** Forgets everything. */
    public void reset() {
        decoder.reset();
        bytes.clear();
        unfinished = 0;
    }

    /** What comes next follows these bytes, which are not passed on. */
    public void goOnBehind(byte[] before) {
        decode(before, 0, before.length, text -> {});
        malformed = false;
    }

    public <E extends Exception> void decode(byte[] source, int from, int length, Target<E> target) throws E {
        for (int done = 0; done < length; ) {
            int part = Math.min(bytes.remaining(), length - done);
            bytes.put(source, from + done, part);
            done += part;
            decode(false, target);
        }
    }

    /** Nothing follows, so that the beginning of a character is none. */
    public <E extends Exception> void end(Target<E> target) throws E {
        decode(true, target);
        decoder.flush(characters);
        pass(target);
    }

    private <E extends Exception> void decode(boolean last, Target<E> target) throws E {
        bytes.flip();
        CoderResult result;
        do {
            result = decoder.decode(bytes, characters, last);
            pass(target);
            if (result.isError()) {
                malformed = true;
                bytes.position(bytes.position() + lost(result));
                characters.put(REPLACEMENT);
                pass(target);
            }
        } while (!result.isUnderflow());
        bytes.compact();
    }

    /** Where a character breaks off, what follows may be another one, although Java skips it, too, in UTF-16. */
    private int lost(CoderResult error) {
        return error.isMalformed() ? Math.min(smallest, error.length()) : error.length();
    }

    private <E extends Exception> void pass(Target<E> target) throws E {
        unfinished = bytes.remaining();
        characters.flip();
        if (characters.hasRemaining()) {
            target.append(characters);
        }
        characters.clear();
    }
}
