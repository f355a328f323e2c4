package io.piperelay.session;

import io.piperelay.bytes.Framing;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which bytes of the output a reader asks for.
 *
 * @param offset confirms that everything before it has arrived at this reader; the bytes from here on are returned and stay
 *     unread. Null takes the next unread bytes.
 * @param ending where they end: bytes are ready only once that is known, or {@code max} bytes have arrived, or the output has
 *     ended
 * @param max the maximum number of bytes, at least 1; without effect on a frame
 * @param timeout how long to wait for them
 */
public record ReadRequest(@Nullable Long offset, Ending ending, int max, Duration timeout) {

    public ReadRequest {
        if (max < 1) {
            throw new IllegalArgumentException("a reader asks for one byte at least");
        }
    }

    /** The same for exactly one frame, however long it is. */
    public ReadRequest framed(Framing framing) {
        return new ReadRequest(offset, Ending.frame(framing), max, timeout);
    }

    /** The same for {@linkplain Ending#wholeCharacters whole characters}. */
    public ReadRequest inCharacters() {
        return new ReadRequest(offset, ending.inCharacters(), max, timeout);
    }
}
