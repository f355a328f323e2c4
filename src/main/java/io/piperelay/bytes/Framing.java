package io.piperelay.bytes;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a message says in its header how long it is. */
public enum Framing {
    /** It does not. */
    NONE(0, 0),

    /**
     * Lines like those of HTTP, {@code Content-Length} among them, and an empty one: the <a
     * href="https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#baseProtocol">base
     * protocol</a> of language servers and debug adapters.
     */
    CONTENT_LENGTH(0, Long.MAX_VALUE),

    /** Four bytes, the lowest first: <a
     * href="https://developer.chrome.com/docs/extensions/develop/concepts/native-messaging">native messaging</a> of browsers
     * on today's machines. */
    UINT32LE(4, 0xFFFF_FFFFL),

    /** Four bytes, the highest first: <a href="https://www.erlang.org/doc/apps/erts/erlang.html#open_port/2">{packet,4}</a>
     * of Erlang's ports. */
    UINT32BE(4, 0xFFFF_FFFFL),

    /** Two bytes, the higher first: {packet,2}. */
    UINT16BE(2, 0xFFFF);

    private final int headerLength;
    private final long longest;

    Framing(int headerLength, long longest) {
        this.headerLength = headerLength;
        this.longest = longest;
    }

    /** The longest message that fits into a frame, in bytes. */
    public long longest() {
        return longest;
    }

    /**
     * What precedes a message.
     *
     * @param length of the message in bytes, at most the {@link #longest}
     */
    public byte[] header(long length) {
        return switch (this) {
            case NONE -> new byte[0];
            case CONTENT_LENGTH -> ("Content-Length: " + length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
            case UINT32LE, UINT32BE, UINT16BE -> number(length);
        };
    }

    private byte[] number(long length) {
        byte[] header = new byte[headerLength];
        for (int i = 0; i < headerLength; i++) {
            header[i] = (byte) (length >> shift(i));
        }
        return header;
    }

    /** By how many bits the header's byte at this index is higher than the lowest. */
    private int shift(int index) {
        return Byte.SIZE * (this == UINT32LE ? index : headerLength - 1 - index);
    }

    /**
     * Finds out how long the frame is that begins at an offset.
     *
     * @param limit the offset before which its bytes are there
     * @return null if its header is not complete
     * @throws BadFrameException if there is no frame
     */
    public @Nullable Frame frame(DelimiterSearch.Bytes bytes, long from, long limit) throws BadFrameException {
        if (this == CONTENT_LENGTH) {
            return new ContentLengthHeader(bytes, from, limit).frame();
        }
        if (limit - from < headerLength) {
            return null;
        }
        long length = 0;
        for (int i = 0; i < headerLength; i++) {
            length |= (bytes.at(from + i) & 0xFFL) << shift(i);
        }
        return new Frame(from, from + headerLength, from + headerLength + length);
    }

    /** The name that users write. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
