package io.piperelay.session;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Bytes of an output stream on their way to a reader. They stay in the window and are copied a part at a time, unless the
 * window may drop them meanwhile.
 */
public final class OutputSlice {

    private static final int STEP = 64 * 1024;

    private final String session;
    private final OutputWindow window;
    private final Span span;

    OutputSlice(String session, OutputWindow window, Span span) {
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

    public byte[] bytes() {
        if (span.copy() != null) {
            return span.copy();
        }
        byte[] bytes = new byte[length()];
        window.copy(span.offset(), bytes, bytes.length);
        return bytes;
    }

    /** Writes all of the bytes, a part at a time; blocks as the stream does. */
    public void writeTo(OutputStream target) throws IOException {
        if (span.copy() != null) {
            target.write(span.copy());
            return;
        }
        byte[] part = new byte[Math.min(STEP, length())];
        for (long position = offset(); position < next(); position += part.length) {
            int length = (int) Math.min(part.length, next() - position);
            window.copy(position, part, length);
            target.write(part, 0, length);
        }
    }
}
