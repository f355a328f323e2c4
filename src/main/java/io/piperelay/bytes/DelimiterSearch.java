package io.piperelay.bytes;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the end of a message in bytes that keep arriving: at each of them once, however they come in pieces and
 * whatever the delimiter is like (<a href="https://doi.org/10.1137/0206024">Knuth, Morris and Pratt, Fast Pattern Matching
 * in Strings</a>). Two comparisons a byte are the most that it makes.
 *
 * <p>Used by one thread.
 */
public final class DelimiterSearch {

    public interface Bytes {
        byte at(long offset);
    }

    private final @Nullable Delimiter delimiter;
    private long start;
    /** Behind the last byte that was looked at. */
    private long position;
    /** How many bytes before the position are the delimiter's first ones. */
    private int matched;

    /** @param delimiter null if a message ends behind any byte */
    public DelimiterSearch(@Nullable Delimiter delimiter) {
        this.delimiter = delimiter;
    }

    /** Whether bytes before the message's beginning were never looked at, once it began before them. */
    public boolean lagsBehind(long from) {
        return delimiter != null && position > 0 && position < from;
    }

    /**
     * Whether there are bytes to look at, up to the limit, before the end of the message is known.
     *
     * @param from where the message begins, which may be elsewhere than the last time; what was seen behind it needs no second
     *     look
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

    /** The offset behind the last byte that was looked at. */
    public long position() {
        return position;
    }

    /**
     * Where the message ends, if it does so before the limit and nothing is unseen.
     *
     * @return the offset behind the delimiter; the limit where there is no delimiter to look for; {@code from} itself if the
     *     message goes on
     */
    public long endOfMessage(long from, long limit) {
        if (delimiter == null) {
            return limit;
        }
        return matched == delimiter.length() ? position : from;
    }

    /** Looks at the bytes from the position on, up to the limit or the delimiter's end. */
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
