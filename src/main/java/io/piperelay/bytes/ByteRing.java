package io.piperelay.bytes;

/**
 * The last bytes of a stream, addressed by their offsets. Appending overwrites the oldest.
 *
 * <p>Guarded by its owner's lock, except for the bytes of a {@link #from view}.
 */
public final class ByteRing {

    private final byte[] bytes;
    private long oldest;
    private long end;

    /** @param capacity in bytes */
    public ByteRing(int capacity) {
        this.bytes = new byte[capacity];
    }

    public int capacity() {
        return bytes.length;
    }

    /** The offset of the first byte held. */
    public long oldest() {
        return oldest;
    }

    /** The offset after the last byte. */
    public long end() {
        return end;
    }

    /** @param length at most the capacity */
    public void append(byte[] source, int from, int length) {
        int position = index(end);
        int first = Math.min(length, bytes.length - position);
        System.arraycopy(source, from, bytes, position, first);
        System.arraycopy(source, from + first, bytes, 0, length - first);
        end += length;
        oldest = Math.max(oldest, end - bytes.length);
    }

    /** Copies bytes, all of which must be held. */
    public void copy(long offset, byte[] target, int to, int length) {
        int position = index(offset);
        int first = Math.min(length, bytes.length - position);
        System.arraycopy(bytes, position, target, to, first);
        System.arraycopy(bytes, 0, target, to + first, length - first);
    }

    /**
     * The bytes from an offset on, which may be read without the lock by a thread that has checked under the lock that they
     * are there. What it reads is valid only if the bytes are afterwards found, under the lock, to be still held.
     */
    public DelimiterSearch.Bytes from(long start) {
        int first = index(start);
        return offset -> {
            int index = first + (int) (offset - start);
            return bytes[index < bytes.length ? index : index - bytes.length];
        };
    }

    private int index(long offset) {
        return (int) (offset % bytes.length);
    }
}
