package io.piperelay.bytes;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Searches for the end of a message in bytes that keep arriving, looking at each of them once, whatever pieces they arrive
 * in and whatever the delimiter is (<a href="https://doi.org/10.1137/0206024">Knuth, Morris and Pratt, Fast Pattern Matching
 * in Strings</a>). It makes at most two comparisons per byte.
 *
 * <p>Not thread-safe.
 */
public final class DelimiterSearch {

    public interface Bytes {
        byte at(long offset);
    }

    private final @Nullable Delimiter delimiter;
    private long start;
    /** After the last byte that was searched. */
    private long position;
    /** How many bytes before the position match the beginning of the delimiter. */
    private int matched;

    /** @param delimiter null if a message ends after any byte */
    public DelimiterSearch(@Nullable Delimiter delimiter) {
        this.delimiter = delimiter;
    }

    /** Whether the search has not yet reached the message's beginning. */
    public boolean lagsBehind(long from) {
        return delimiter != null && position > 0 && position < from;
    }

    /**
     * Whether bytes before the limit still have to be searched before the end of the message is known.
     *
     * @param from where the message begins, which may have changed since the last call; bytes after it that have been
     *     searched are not searched again
     */
    public boolean hasUnseen(long from, long limit) {
        if (delimiter == null) {
            return false;
        }
        if (from < start || from > position) {
            position = from;
            matched = 0;
        }
        start = from;
        while (matched > position - start) {
            matched = delimiter.border(matched);
        }
        return position < limit && matched < delimiter.length();
    }

    /** The offset after the last byte that was searched. */
    public long position() {
        return position;
    }

    /**
     * Where the message ends, if it ends before the limit and nothing is left to search.
     *
     * @return the offset after the delimiter; the limit if there is no delimiter to search for; {@code from} itself if the
     *     message continues
     */
    public long endOfMessage(long from, long limit) {
        if (delimiter == null) {
            return limit;
        }
        return matched == delimiter.length() ? position : from;
    }

    /** Searches the bytes from the position on, up to the limit or the end of the delimiter. */
    public void advance(Bytes bytes, long limit) {
        Delimiter sought = Objects.requireNonNull(delimiter);
        while (position < limit && matched < sought.length()) {
            if (bytes.at(position) == sought.at(matched)) {
                matched++;
                position++;
            } else if (matched > 0) {
                matched = sought.border(matched);
            } else {
                position++;
            }
        }
    }
}
