package io.piperelay.session;

import org.jspecify.annotations.Nullable;

/**
 * Some bytes of an output stream, by their offsets.
 *
 * @param offset of the first byte
 * @param next of the byte after the last one; equal to {@code offset} if there are none
 * @param eof whether nothing can ever come after them
 * @param copy begins with the bytes themselves, where the window may drop them at any moment; null where it keeps them
 */
record ByteRange(long offset, long next, boolean eof, byte @Nullable [] copy) {

    boolean isEmpty() {
        return offset == next;
    }

    int length() {
        return Math.toIntExact(next - offset);
    }
}
