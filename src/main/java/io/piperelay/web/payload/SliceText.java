package io.piperelay.web.payload;

import io.piperelay.bytes.TextDecoder;
import io.piperelay.bytes.TextEncoding;
import io.piperelay.session.OutputSlice;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/** Output as UTF-8 text, converted from what the child speaks each time that it is written. */
final class SliceText {

    private static final int PORTION = 8 * 1024;

    private final OutputSlice slice;
    /** Remembered, because the window may drop it before the text is written for the last time. */
    private final byte[] lineBefore;

    SliceText(OutputSlice slice) {
        this.slice = slice;
        this.lineBefore = slice.lineBefore();
    }

    /**
     * Writes it, with U+FFFD in place of what is no character; as it is if the child speaks UTF-8, or at least should.
     *
     * @return whether all of it was characters, as far as that was found out
     */
    boolean writeTo(OutputStream target) throws IOException {
        TextEncoding encoding = slice.encoding();
        if (encoding == null) {
            slice.writeTo(target);
            return true;
        }
        TextDecoder decoder = TextEncoding.decoder(encoding, PORTION);
        decoder.goOnBehind(lineBefore);
        Writer utf8 = new OutputStreamWriter(target, StandardCharsets.UTF_8);
        slice.writeTo(new Decoded(decoder, utf8));
        decoder.end(utf8::append);
        utf8.flush();
        return !decoder.isMalformed();
    }

    /** Its length in UTF-8, in bytes. */
    long length() throws IOException {
        var measure = new Length();
        writeTo(measure);
        return measure.count;
    }

    private static final class Decoded extends OutputStream {

        private final TextDecoder decoder;
        private final Writer target;

        Decoded(TextDecoder decoder, Writer target) {
            this.decoder = decoder;
            this.target = target;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            decoder.decode(bytes, offset, count, target::append);
        }
    }

    private static final class Length extends OutputStream {

        private long count;

        @Override
        public void write(int value) {
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            count += length;
        }
    }
}
