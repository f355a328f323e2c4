package io.piperelay.session;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What an observer gets, in the order in which it happened. */
public sealed interface PipeEvent {

    /** The child wrote these bytes. */
    record Bytes(StandardStream stream, OutputSlice slice) implements PipeEvent {}

    /**
     * The observer fell so far behind that some bytes are no longer held.
     *
     * @param offset of the first of them
     * @param next of the byte after the last of them
     */
    record Gap(String session, StandardStream stream, long offset, long next) implements PipeEvent {}

    /**
     * The child has exited, and all of its output that was read has been sent: nothing follows, unless the child is restarted.
     * Unknown values are null.
     */
    record Exit(
            String session,
            @Nullable Integer exitCode,
            @Nullable String signal,
            @Nullable Instant exitedAt) implements PipeEvent {}

    /**
     * The same child has been started again.
     *
     * @param session the new one
     * @param previous the one whose child had exited
     */
    record Restarted(String session, String previous) implements PipeEvent {}
}
