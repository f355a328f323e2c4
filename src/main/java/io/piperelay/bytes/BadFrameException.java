package io.piperelay.bytes;

/** Bytes that are no frame; the message says why, as a clause for the user. */
public final class BadFrameException extends Exception {

    BadFrameException(String reason) {
        super(reason);
    }
}
