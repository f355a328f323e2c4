package io.piperelay.web.payload;

import io.piperelay.bytes.Delimiter;
import io.piperelay.bytes.Framing;
import io.piperelay.bytes.TextEncoding;
import io.piperelay.web.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a request's body on its way to the child.
 *
 * @param terminator what is appended, unless there is a frame; null for nothing
 * @param encoding of the child's text; null for UTF-8
 * @param framing what tells the child how long it is
 * @param endsInput whether the child's input ends with it; then an empty body is no message, and gets no frame
 */
public record MessageForm(
        @Nullable Delimiter terminator, @Nullable TextEncoding encoding, Framing framing, boolean endsInput) {

    private static final byte[] NOTHING = {};

    /** The same for a body that has its terminator. */
    MessageForm terminated() {
        return new MessageForm(null, encoding, framing, endsInput);
    }

    boolean isFramed() {
        return framing != Framing.NONE;
    }

    /**
     * What precedes the body.
     *
     * @param length of the body in bytes; negative if there is no frame
     * @throws ProblemException {@code REQUEST_TOO_LARGE} if a frame can't be so long
     */
    byte[] header(long length) {
        if (!isFramed() || (endsInput && length == 0)) {
            return NOTHING;
        }
        if (length > framing.longest()) {
            throw ProblemException.frameTooLong(framing);
        }
        return framing.header(length);
    }

    String terminatorText() {
        return terminator == null || isFramed() ? "" : terminator.text();
    }

    byte[] terminatorBytes() {
        return TextEncoding.encode(terminatorText(), encoding);
    }
}
