package io.piperelay.halfduplex;

import java.io.IOException;
import java.util.Arrays;

/**
 * What one side sends in one turn. Immutable.
 *
 * <p>On the pipe: a header of two bytes, big-endian, in which bit 15 is <em>more</em>, bit 14 is <em>end</em> and bits 0
 * to 11 are the payload's length; the payload; one byte of padding where the sender's {@link Side} requires it.
 */
final class Frame {

    /**
     * The largest frame on the pipe, in bytes: what the smallest pipe in use holds (4096 on Windows), and what Linux
     * writes in one piece (PIPE_BUF).
     */
    static final int MAX_SIZE = 4096;

    private static final int HEADER = 2;

    /** The largest payload of either side, in bytes: with its header and its padding it fills a frame. */
    static final int MAX_PAYLOAD = MAX_SIZE - HEADER - 1;

    private static final int MORE = 0x8000;
    private static final int END = 0x4000;
    private static final int LENGTH = 0x0fff;

    private final byte[] payload;
    private final boolean more;
    private final boolean end;

    private Frame(byte[] payload, boolean more, boolean end) {
        this.payload = payload;
        this.more = more;
        this.end = end;
    }

    /** No payload: the child has no answer, or the parent asks for the next part of a long one. */
    static Frame empty() {
        return new Frame(new byte[0], false, false);
    }

    /** The last part of a request or of an answer. */
    static Frame last(byte[] buffer, int length) {
        return new Frame(Arrays.copyOf(buffer, length), false, false);
    }

    /** A part of a request or of an answer that continues in the next frame. */
    static Frame more(byte[] buffer, int length) {
        return new Frame(Arrays.copyOf(buffer, length), true, false);
    }

    /** The parent's last frame. */
    static Frame end(byte[] buffer, int length) {
        return new Frame(Arrays.copyOf(buffer, length), false, true);
    }

    int length() {
        return payload.length;
    }

    boolean hasMore() {
        return more;
    }

    boolean isEnd() {
        return end;
    }

    /** Copies as much of the payload as fits, from {@code position} on, and returns how much that is. */
    int copy(int position, byte[] target, int offset, int room) {
        int count = Math.min(room, payload.length - position);
        System.arraycopy(payload, position, target, offset, count);
        return count;
    }

    byte[] encode(Side sender) {
        byte[] bytes = new byte[sender.padded(HEADER + payload.length)];
        int header = payload.length | (more ? MORE : 0) | (end ? END : 0);
        bytes[0] = (byte) (header >> 8);
        bytes[1] = (byte) header;
        System.arraycopy(payload, 0, bytes, HEADER, payload.length);
        return bytes;
    }

    /** @throws IOException if these bytes are not a frame of the sender's: something else has written to the pipe */
    static Frame decode(byte[] bytes, Side sender) throws IOException {
        int header = bytes.length < HEADER ? -1 : ((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff);
        int length = header & LENGTH;
        boolean flagsKnown = (header & ~(MORE | END | LENGTH)) == 0;
        if (!flagsKnown || length > MAX_PAYLOAD || bytes.length != sender.padded(HEADER + length)) {
            throw new IOException("the shared pipe does not hold a frame: something else writes to it");
        }
        byte[] payload = Arrays.copyOfRange(bytes, HEADER, HEADER + length);
        return new Frame(payload, (header & MORE) != 0, (header & END) != 0);
    }
}
