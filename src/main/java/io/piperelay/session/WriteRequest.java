package io.piperelay.session;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a message is to be written.
 *
 * @param offset the offset in the input at which the message begins; what was already accepted of it is not written again.
 *     Null appends.
 * @param eof whether the child's input is closed after the message
 * @param timeout how long to wait for the turn, and each time for the child to make room
 */
public record WriteRequest(@Nullable Long offset, boolean eof, Duration timeout) {}
