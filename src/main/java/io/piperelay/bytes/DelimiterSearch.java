package io.piperelay.bytes;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Searches for the end of a message in bytes that keep arriving, looking at each of them once for each delimiter, whatever
 * pieces they arrive in and whatever the delimiters are (<a href="https://doi.org/10.1137/0206024">Knuth, Morris and Pratt,
 * Fast Pattern Matching in Strings</a>). It makes at most two comparisons per byte and delimiter.
 *
 * <p>Of several delimiters, the one that begins first ends the message, and of those that begin there, the longest. That is
 * decided on the bytes that have arrived: one that may still turn out to begin earlier, or to be longer, is not waited for,
 * because its rest may never come.
 *
 * <p>Not thread-safe.
 */
public final class DelimiterSearch {

    public interface Bytes {
        byte at(long offset);
    }

    private final Delimiter[] delimiters;
    /** For each delimiter, how many bytes before the position match its beginning. */
    private final int[] matched;

    private long start;
    /** After the last byte that was searched. */
    private long position;

    private @Nullable Delimiter found;
    private long foundAt;

    /** @param delimiters of which any ends the message; may be empty, and then there is nothing to search for */
    public DelimiterSearch(List<Delimiter> delimiters) {
        this.delimiters = delimiters.toArray(Delimiter[]::new);
        this.matched = new int[this.delimiters.length];
    }

    /** Whether the search has not yet reached the message's beginning. */
    public boolean lagsBehind(long from) {
        return position > 0 && position < from;
    }

    /**
     * Whether bytes before the limit still have to be searched before the end of the message is known.
     *
     * @param from where the message begins, which may have changed since the last call; bytes after it that have been
     *     searched are not searched again, except for those of a delimiter that no longer counts
     */
    public boolean hasUnseen(long from, long limit) {
        if (delimiters.length == 0) {
            return false;
        }
        if (from < start || from > position || (found != null && from > foundAt)) {
            found = null;
            position = from;
        }
        start = from;
        for (int i = 0; i < matched.length; i++) {
            while (matched[i] > position - start) {
                matched[i] = delimiters[i].border(matched[i]);
            }
        }
        return position < limit && !isDecided();
    }

    /** Whether no delimiter that began before the position can replace the one that was found. */
    private boolean isDecided() {
        if (found == null) {
            return false;
        }
        for (int length : matched) {
            if (length > 0 && position - length <= foundAt) {
                return false;
            }
        }
        return true;
    }

    /** The offset after the last byte that was searched. */
    public long position() {
        return position;
    }

    /** The delimiter that ends the message, as far as it has been searched; null if none does. */
    public @Nullable Delimiter found() {
        return found;
    }

    /** Where the message ends: the offset after the delimiter, or {@code from} itself if the message continues. */
    public long endOfMessage(long from) {
        return found == null ? from : foundAt + found.length();
    }

    /** Searches the bytes from the position on, up to the limit or until the end of the message is known. */
    public void advance(Bytes bytes, long limit) {
        while (position < limit && !isDecided()) {
            for (int i = 0; i < matched.length; i++) {
                compare(i, bytes);
            }
            position++;
        }
    }

    private void compare(int i, Bytes bytes) {
        Delimiter delimiter = delimiters[i];
        int length = matched[i];
        while (length > 0 && bytes.at(position) != delimiter.at(length)) {
            length = delimiter.border(length);
        }
        if (length > 0 || bytes.at(position) == delimiter.at(0)) {
            length++;
        }
        if (length == delimiter.length()) {
            note(delimiter, position + 1 - length);
            length = delimiter.border(length);
        }
        matched[i] = length;
    }

    /** Of delimiters that begin at the same byte, the one that is complete later is longer. */
    private void note(Delimiter delimiter, long at) {
        if (found == null || at <= foundAt) {
            found = delimiter;
            foundAt = at;
        }
    }
}
