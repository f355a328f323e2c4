package io.piperelay.web.payload;

import io.piperelay.session.OutputSlice;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import tools.jackson.databind.json.JsonMapper;

/**
 * Output as a JSON document on one line: {@code session}, {@code offset}, {@code next}, {@code encoding} (of {@code data},
 * {@code utf-8} if that is the bytes as text, {@code base64} where not all of them are characters), {@code data}, {@code eof} and, if
 * a delimiter ends it, {@code matched}.
 *
 * <p>It is first measured and then written, both times in parts, so that it takes the same memory however long it is, and
 * its length is known in advance: a client whose answer is cut short notices.
 */
public final class PayloadDocument {

    private final OutputSlice slice;
    private final SliceText text;
    private final boolean isText;
    private final byte[] head;
    private final byte[] tail;
    private final long dataLength;

    private PayloadDocument(OutputSlice slice, SliceText text, boolean isText, long textLength) {
        this.slice = slice;
        this.text = text;
        this.isText = isText;
        // A session's id is a UUID, which needs no escaping.
        this.head = ascii("\"session\":\"" + slice.session() + "\",\"offset\":" + slice.offset() + ",\"next\":"
                + slice.next() + ",\"encoding\":\"" + (isText ? "utf-8" : "base64") + "\",\"data\":\"");
        this.tail = tail(slice);
        this.dataLength = isText ? textLength : (slice.length() + 2L) / 3 * 4;
    }

    public static PayloadDocument of(OutputSlice slice) throws IOException {
        var measure = new JsonTextMeasure();
        var text = new SliceText(slice);
        boolean isText = text.writeTo(measure) && measure.isText();
        return new PayloadDocument(slice, text, isText, measure.length());
    }

    private static byte[] tail(OutputSlice slice) {
        var tail = new StringBuilder("\",\"eof\":" + slice.eof());
        if (slice.matched() != null) {
            tail.append(",\"matched\":")
                    .append(JsonMapper.shared()
                            .writeValueAsString(slice.matched().name()));
        }
        return tail.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** In bytes. */
    public long length() {
        return 1 + head.length + dataLength + tail.length;
    }

    /** Blocks when the stream does; leaves it open. */
    public void writeTo(OutputStream target) throws IOException {
        target.write('{');
        writeMembersTo(target);
    }

    /** The same without the opening brace, for a document that begins with another member. */
    public void writeMembersTo(OutputStream target) throws IOException {
        target.write(head);
        if (isText) {
            text.writeTo(new JsonTextStream(target));
        } else {
            try (OutputStream encoder = Base64.getEncoder().wrap(new LeftOpen(target))) {
                slice.writeTo(encoder);
            }
        }
        target.write(tail);
    }

    /** Base64's last characters are written when its stream is closed, but the one below must stay open. */
    private static final class LeftOpen extends FilterOutputStream {

        LeftOpen(OutputStream target) {
            super(target);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            out.write(bytes, offset, count);
        }

        @Override
        public void close() {
            // Its owner closes it.
        }
    }
}
