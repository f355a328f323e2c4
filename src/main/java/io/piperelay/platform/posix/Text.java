package io.piperelay.platform.posix;

import io.piperelay.platform.NativeCallException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * How text becomes the bytes that the kernel passes on to a program: in the locale's encoding, so that other programs of
 * this system understand it; in UTF-8 where the locale names none (C, POSIX). Exactly, or not at all.
 */
record Text(Charset encoding) {

    static Text ofTheLocale() {
        Charset locale = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        return new Text(locale.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : locale);
    }

    /**
     * The text with a zero at its end.
     *
     * @throws NativeCallException with errno EILSEQ if the encoding lacks one of its characters, EINVAL if it has a NUL
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

    /** The bytes of a text that any encoding has, with a zero at its end. */
    static byte[] ascii(String text) {
        return (text + '\0').getBytes(StandardCharsets.US_ASCII);
    }
}
