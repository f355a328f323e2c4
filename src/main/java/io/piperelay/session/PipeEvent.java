package io.piperelay.session;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What an observer is told, in the order in which it happened. */
public sealed interface PipeEvent {

    /** The child wrote these bytes. */
    record Bytes(Source source, OutputSlice slice) implements PipeEvent {}

    /**
     * The observer fell so far behind that some bytes are no longer held.
     *
     * @param offset of the first of them
     * @param next of the byte behind the last of them
     */
    record Gap(String session, Source stream, long offset, long next) implements PipeEvent {}

    /** The child is gone, and all that it wrote was told: nothing follows. The child's part is null if it can't be known. */
    record Exit(
            String session,
            @Nullable Integer exitCode,
            @Nullable String signal,
            @Nullable Instant exitedAt) implements PipeEvent {}
}
