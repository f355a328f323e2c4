package io.piperelay.bytes;

/**
 * A message and its header, by their offsets.
 *
 * @param start of the header
 * @param content where the message itself begins
 * @param end after the message
 */
public record Frame(long start, long content, long end) {}
