package io.piperelay.session;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What an observer is told, in the order in which it happened. */
public sealed interface PipeEvent {

    /** The child wrote these bytes. */
    record Bytes(StandardStream stream, OutputSlice slice) implements PipeEvent {}

    /**
     * The observer fell so far behind that some bytes are no longer held.
     *
     * @param offset of the first of them
     * @param next of the byte behind the last of them
     */
    record Gap(String session, StandardStream stream, long offset, long next) implements PipeEvent {}

    /** The child is gone, and all of its output that was read was told: nothing follows. What can't be known of it is null. */
    record Exit(
            String session,
            @Nullable Integer exitCode,
            @Nullable String signal,
            @Nullable Instant exitedAt) implements PipeEvent {}
}
