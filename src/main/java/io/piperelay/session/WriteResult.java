package io.piperelay.session;

/**
 * What became of a message.
 *
 * @param session the session's id
 * @param offset the input's offset at which the message begins
 * @param written how long it is, in bytes
 * @param next the offset behind it
 */
public record WriteResult(String session, long offset, long written, long next) {}
