package io.piperelay.session;

/**
 * What became of a message.
 *
 * @param session the session's id
 * @param offset the offset in the input at which the message begins
 * @param written its length in bytes
 * @param next the offset after it
 */
public record WriteResult(String session, long offset, long written, long next) {}
