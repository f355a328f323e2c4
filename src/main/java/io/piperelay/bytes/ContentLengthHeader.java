package io.piperelay.bytes;

import org.jspecify.annotations.Nullable;

/**
 * Reads the header of a {@linkplain Framing#CONTENT_LENGTH frame of text lines}, from its beginning, as far as it is there.
 * What can't become a header is refused as soon as that shows: its line may never end.
 */
final class ContentLengthHeader {

    /** More than any program sends; a program that sends none is noticed by then. */
    private static final int LONGEST = 1024;

    /** Few enough for a {@code long}. */
    private static final int MOST_DIGITS = 18;

    private static final String CONTENT_LENGTH = "content-length";
    private static final long UNKNOWN = -1;

    private final DelimiterSearch.Bytes bytes;
    private final long start;
    private final long limit;
    private long position;
    private long contentLength = UNKNOWN;

    ContentLengthHeader(DelimiterSearch.Bytes bytes, long start, long limit) {
        this.bytes = bytes;
        this.start = start;
        this.limit = Math.min(limit, start + LONGEST);
        this.position = start;
    }

    /** The frame; null if its header is not complete. */
    @Nullable Frame frame() throws BadFrameException {
        while (position < limit && bytes.at(position) != '\r') {
            String name = name();
            if (name == null) {
                return incomplete();
            }
            String value = value();
            if (value == null) {
                return incomplete();
            }
            if (name.equalsIgnoreCase(CONTENT_LENGTH)) {
                contentLength = length(value);
            }
        }
        if (!isLineEnd()) {
            return incomplete();
        }
        if (contentLength == UNKNOWN) {
            throw new BadFrameException("its header has no Content-Length");
        }
        return new Frame(start, position, position + contentLength);
    }

    private @Nullable Frame incomplete() throws BadFrameException {
        if (position - start >= LONGEST) {
            throw new BadFrameException("its header does not end within " + LONGEST + " bytes");
        }
        return null;
    }

    /** What comes before the colon; null if the colon is not there yet. */
    private @Nullable String name() throws BadFrameException {
        var name = new StringBuilder();
        while (position < limit) {
            char character = next();
            if (character == ':' && !name.isEmpty()) {
                return name.toString();
            }
            if (!isOfName(character)) {
                throw new BadFrameException("where its header should be, there is something else");
            }
            name.append(character);
        }
        return null;
    }

    private static boolean isOfName(char character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9')
                || character == '-'
                || character == '_';
    }

    /** The rest of the line; null if its end is not there yet. */
    private @Nullable String value() throws BadFrameException {
        var value = new StringBuilder();
        while (position < limit) {
            if (bytes.at(position) == '\r') {
                return isLineEnd() ? value.toString().strip() : null;
            }
            char character = next();
            if (character < ' ' && character != '\t') {
                throw new BadFrameException("a line of its header does not end with CR LF");
            }
            value.append(character);
        }
        return null;
    }

    /** Passes CR LF; false if it is not there yet. */
    private boolean isLineEnd() throws BadFrameException {
        if (limit - position < 2) {
            position = limit;
            return false;
        }
        if (bytes.at(position + 1) != '\n') {
            throw new BadFrameException("a line of its header does not end with CR LF");
        }
        position += 2;
        return true;
    }

    private char next() {
        return (char) (bytes.at(position++) & 0xFF);
    }

    private long length(String value) throws BadFrameException {
        if (value.isEmpty() || value.length() > MOST_DIGITS || !value.chars().allMatch(it -> it >= '0' && it <= '9')) {
            throw new BadFrameException("its Content-Length is not a number");
        }
        if (contentLength != UNKNOWN) {
            throw new BadFrameException("its header has more than one Content-Length");
        }
        return Long.parseLong(value);
    }
}
