package io.piperelay.session;

import org.jspecify.annotations.Nullable;

/** Looks for a delimiter in bytes that keep arriving, and at each byte only once. Used under the window's lock. */
final class DelimiterSearch {

    interface Bytes {
        byte at(long offset);
    }

    private final @Nullable Delimiter delimiter;
    private final Bytes bytes;
    private long origin;
    private long candidate;

    DelimiterSearch(@Nullable Delimiter delimiter, Bytes bytes) {
        this.delimiter = delimiter;
        this.bytes = bytes;
    }

    /**
     * Where the message that begins at {@code from} ends, if it does so before {@code limit}.
     *
     * @return the offset behind the delimiter; behind the last byte, where there is no delimiter to look for; {@code
     *     from} itself if the message goes on
     */
    long endOfMessage(long from, long limit) {
        if (delimiter == null) {
            return limit;
        }
        if (from < origin) {
            candidate = from;
        }
        origin = from;
        candidate = Math.max(candidate, from);
        for (; candidate + delimiter.length() <= limit; candidate++) {
            if (matches(delimiter)) {
                return candidate + delimiter.length();
            }
        }
        return from;
    }

    private boolean matches(Delimiter sought) {
        for (int i = 0; i < sought.length(); i++) {
            if (bytes.at(candidate + i) != sought.at(i)) {
                return false;
            }
        }
        return true;
    }
}
