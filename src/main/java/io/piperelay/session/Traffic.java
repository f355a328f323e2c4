package io.piperelay.session;

/**
 * What has passed through sessions, and how long they were held up. No figure ever falls.
 *
 * @param inputMessages each of which a request wrote, if only in part
 * @param outputBytes that the child wrote, read or not
 * @param outputMessages each of which answered a read or an exchange, or was a part of a stream or of what a WebSocket took
 * @param childBlockedNanos for which output was held back, because the window was full of unread bytes
 * @param writersBlockedNanos for which a message could not go on, because the child left its pipe full
 */
public record Traffic(
        long inputBytes,
        long inputMessages,
        long outputBytes,
        long outputMessages,
        long errorsBytes,
        long childBlockedNanos,
        long writersBlockedNanos) {

    static final Traffic NONE = new Traffic(0, 0, 0, 0, 0, 0, 0);

    Traffic plus(Traffic other) {
        return new Traffic(
                inputBytes + other.inputBytes,
                inputMessages + other.inputMessages,
                outputBytes + other.outputBytes,
                outputMessages + other.outputMessages,
                errorsBytes + other.errorsBytes,
                childBlockedNanos + other.childBlockedNanos,
                writersBlockedNanos + other.writersBlockedNanos);
    }
}
