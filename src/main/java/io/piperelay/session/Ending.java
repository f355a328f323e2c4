package io.piperelay.session;

import io.piperelay.bytes.Delimiter;
import io.piperelay.bytes.Framing;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What ends the bytes that a reader asks for, before they are as many as it takes at most or the output ends.
 *
 * @param until these delimiters, of which the first ends them, and of those that begin at the same byte the longest; may be
 *     empty
 * @param quiet a silence of this length after the last byte; null for none
 * @param wholeCharacters whether the beginning of a character is left unread until its rest has arrived, or a silence or the
 *     end of the output says that nothing follows; without effect on UTF-8, which is relayed as it is
 * @param framing of the child's messages, of which exactly one is asked for, and nothing else says where it ends
 */
public record Ending(List<Delimiter> until, @Nullable Duration quiet, boolean wholeCharacters, Framing framing) {

    /** A single byte is enough. */
    public static final Ending ANY_BYTE = new Ending(List.of(), null, false);

    public static final Ending LINE = new Ending(List.of(Delimiter.LF), null, false);

    public Ending(List<Delimiter> until, @Nullable Duration quiet, boolean wholeCharacters) {
        this(until, quiet, wholeCharacters, Framing.NONE);
    }

    /** The end of the frame that comes first. */
    public static Ending frame(Framing framing) {
        return new Ending(List.of(), null, false, framing);
    }

    public Ending inCharacters() {
        return new Ending(until, quiet, true, framing);
    }

    boolean isAnyByte() {
        return until.isEmpty() && quiet == null;
    }
}
