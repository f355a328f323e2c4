package io.piperelay.session;

/**
 * Some bytes of an output stream, by their offsets.
 *
 * @param offset of the first byte
 * @param next of the byte after the last one; equal to {@code offset} if there are none
 * @param eof whether nothing can ever come after them
 */
record Span(long offset, long next, boolean eof) {

    boolean isEmpty() {
        return offset == next;
    }

    int length() {
        return Math.toIntExact(next - offset);
    }
}
