package io.piperelay.platform.posix;

import io.piperelay.platform.NativeCallException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Encodes text as the bytes that the kernel passes to a program: in the locale's encoding, which other programs of this
 * system understand; in UTF-8 if the locale names none (C, POSIX). Exactly, or not at all.
 */
record Text(Charset encoding) {

    static Text ofTheLocale() {
        Charset locale = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        return new Text(locale.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : locale);
    }

    /**
     * The text, zero-terminated.
     *
     * @throws NativeCallException with errno EILSEQ if the encoding lacks one of its characters, EINVAL if it contains NUL
     */
    byte[] bytes(String text) throws NativeCallException {
        if (text.indexOf('\0') >= 0) {
            throw Errno.failed("execve", LibC.EINVAL);
        }
        try {
            ByteBuffer encoded = encoding.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining() + 1];
            encoded.get(bytes, 0, bytes.length - 1);
            return bytes;
        } catch (CharacterCodingException e) {
            throw Errno.failed("execve", LibC.EILSEQ);
        }
    }

    /** The bytes of a text that is the same in every encoding, zero-terminated. */
    static byte[] ascii(String text) {
        return (text + '\0').getBytes(StandardCharsets.US_ASCII);
    }
}
