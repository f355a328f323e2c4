package io.piperelay.session;

import org.jspecify.annotations.Nullable;

/**
 * A message and its reply, by their places in the streams.
 *
 * @param start the input's offset at which the message begins
 * @param next the offset behind what was accepted of it
 * @param digest of the message, once all of it was accepted; null before
 * @param replyStart the output's offset from which on the reply is looked for
 * @param reply where the reply is; null as long as it has not come
 */
record Exchange(
        long start,
        long next,
        byte @Nullable [] digest,
        long replyStart,
        @Nullable ByteRange reply) {

    static Exchange begun(long start, long replyStart) {
        return new Exchange(start, start, null, replyStart, null);
    }

    /** As long as parts of the message are missing. */
    Exchange acceptedTo(long offset) {
        return new Exchange(start, offset, null, replyStart, null);
    }

    Exchange accepted(long end, byte[] digestOfAll) {
        return new Exchange(start, end, digestOfAll, replyStart, null);
    }

    boolean isAccepted() {
        return digest != null;
    }

    Exchange answeredBy(ByteRange bytes) {
        var place = new ByteRange(bytes.offset(), bytes.next(), bytes.eof(), null);
        return new Exchange(start, next, digest, replyStart, place);
    }
}
