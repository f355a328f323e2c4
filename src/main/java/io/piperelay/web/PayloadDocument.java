package io.piperelay.web;

import io.piperelay.session.OutputSlice;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Output as a JSON document.
 *
 * @param encoding {@code utf-8} if {@code data} is the bytes as text, {@code base64} where they are no valid UTF-8
 */
record PayloadDocument(String session, long offset, long next, String encoding, String data, boolean eof) {

    static PayloadDocument of(OutputSlice slice) {
        byte[] bytes = slice.bytes();
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return new PayloadDocument(slice.session(), slice.offset(), slice.next(), "utf-8", text, slice.eof());
        } catch (CharacterCodingException e) {
            String text = Base64.getEncoder().encodeToString(bytes);
            return new PayloadDocument(slice.session(), slice.offset(), slice.next(), "base64", text, slice.eof());
        }
    }
}
