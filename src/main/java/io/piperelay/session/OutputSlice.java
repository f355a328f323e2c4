package io.piperelay.session;

import io.piperelay.bytes.Delimiter;
import io.piperelay.bytes.TextEncoding;
import io.piperelay.bytes.Utf8;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of an output stream, by their offsets. They stay in the window and are copied piece by piece when they are
 * delivered, unless the window may drop them in the meantime.
 */
public final class OutputSlice {

    private static final int PART = 8 * 1024;
    private static final byte[] NOTHING = {};

    private final OutputWindow window;
    private final long offset;
    private final long content;
    private final long next;
    private final boolean eof;
    private final byte @Nullable [] copy;
    private final @Nullable Delimiter matched;

    OutputSlice(OutputWindow window, long offset, long next, boolean eof, byte @Nullable [] copy) {
        this(window, offset, offset, next, eof, copy, null);
    }

    /**
     * @param content where the bytes themselves begin, behind the header of their frame if they have one
     * @param copy begins with the bytes themselves if the window may drop them at any moment; null if it keeps them
     * @param matched the delimiter that was sought and ends them, if one does
     */
    OutputSlice(
            OutputWindow window,
            long offset,
            long content,
            long next,
            boolean eof,
            byte @Nullable [] copy,
            @Nullable Delimiter matched) {
        this.window = window;
        this.offset = offset;
        this.content = content;
        this.next = next;
        this.eof = eof;
        this.copy = copy;
        this.matched = matched;
    }

    public String session() {
        return window.session();
    }

    /** The offset of the first byte, which is that of the header if the bytes are what a frame contains. */
    public long offset() {
        return offset;
    }

    /** The offset of the byte after the last one; equal to {@link #offset} if there are none, and no empty frame either. */
    public long next() {
        return next;
    }

    /** Whether nothing can ever come after them. */
    public boolean eof() {
        return eof;
    }

    /** The delimiter that ends the bytes, if it was sought; null if something else ends them. */
    public @Nullable Delimiter matched() {
        return matched;
    }

    /** Whether the child itself says that a message ends here: by the delimiter that was sought, or by its frame. */
    boolean isWhole() {
        return matched != null || content > offset;
    }

    public int length() {
        return Math.toIntExact(next - content);
    }

    /** What the bytes are if they are text; null for UTF-8. */
    public @Nullable TextEncoding encoding() {
        return window.encoding;
    }

    /** What precedes the bytes in their line, if what they mean depends on that. */
    public byte[] lineBefore() {
        return content > offset ? NOTHING : window.lineBefore(offset);
    }

    /** How many bytes at the end are the beginning of a character whose rest may still arrive. For a slice with a copy. */
    int incompleteEnd() {
        byte[] bytes = Objects.requireNonNull(copy);
        return window.encoding == null
                ? Utf8.incompleteEnd(bytes, length())
                : window.encoding.incompleteEnd(lineBefore(), bytes, length());
    }

    /** Whether nothing was read; a frame that contains nothing is something. */
    public boolean isEmpty() {
        return offset == next;
    }

    byte @Nullable [] copy() {
        return copy;
    }

    /** The position of the bytes, without their copy. */
    OutputSlice withoutCopy() {
        return new OutputSlice(window, offset, content, next, eof, null, matched);
    }

    /** The first {@code length} bytes, fewer than all. */
    OutputSlice first(int length) {
        return new OutputSlice(window, offset, offset + length, false, copy);
    }

    /**
     * Writes all of the bytes, piece by piece; blocks when the stream does. May be repeated.
     *
     * @throws PipeException {@code OFFSET_GONE} if the bytes have been released in the meantime
     */
    public void writeTo(OutputStream target) throws IOException {
        byte[] part = copy == null ? new byte[Math.min(PART, length())] : copy;
        for (int done = 0; done < length(); done += PART) {
            int length = Math.min(PART, length() - done);
            if (copy == null) {
                window.copy(content + done, part, length);
                target.write(part, 0, length);
            } else {
                target.write(copy, done, length);
            }
        }
    }
}
