package io.piperelay.session;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Bytes of an output stream on their way to a reader. They stay in the window and are copied a part at a time, unless the
 * window may drop them meanwhile.
 */
public final class OutputSlice {

    private static final int PART = 8 * 1024;

    private final String session;
    private final OutputWindow window;
    private final ByteRange span;

    OutputSlice(String session, OutputWindow window, ByteRange span) {
        this.session = session;
        this.window = window;
        this.span = span;
    }

    public String session() {
        return session;
    }

    /** The offset of the first byte. */
    public long offset() {
        return span.offset();
    }

    /** The offset of the byte after the last one. */
    public long next() {
        return span.next();
    }

    /** Whether nothing more can come. */
    public boolean eof() {
        return span.eof();
    }

    public int length() {
        return span.length();
    }

    /**
     * Writes all of the bytes, a part at a time; blocks as the stream does. May be repeated.
     *
     * @throws PipeException {@code OFFSET_GONE} if somebody has given the bytes up meanwhile
     */
    public void writeTo(OutputStream target) throws IOException {
        byte[] copy = span.copy();
        byte[] part = copy == null ? new byte[Math.min(PART, length())] : copy;
        for (int done = 0; done < length(); done += PART) {
            int length = Math.min(PART, length() - done);
            if (copy == null) {
                window.copy(offset() + done, part, length);
                target.write(part, 0, length);
            } else {
                target.write(copy, done, length);
            }
        }
    }
}
