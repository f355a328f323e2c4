package io.piperelay.session;

import io.piperelay.platform.ExitStatus;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One observer's way through all that the child writes. It takes nothing and holds nobody up: where it is slower than the
 * readers, it misses bytes and is told which.
 *
 * <p>Used by one thread.
 */
public final class Observation {

    private static final int MOST_BYTES = 64 * 1024;

    private final String session;
    private final OutputLog log;
    private final ChildExit exit;
    private LogPosition position;

    Observation(String session, OutputLog log, ChildExit exit, LogPosition start) {
        this.session = session;
        this.log = log;
        this.exit = exit;
        this.position = start;
    }

    /**
     * Waits for what comes next.
     *
     * @return null if patience ended first
     */
    public @Nullable PipeEvent next(Patience patience) throws InterruptedException {
        if (!log.arrivals().await(position, patience)) {
            return null;
        }
        Arrivals.Turn turn = log.arrivals().next(position);
        return turn == null ? exit() : read(turn);
    }

    private PipeEvent read(Arrivals.Turn turn) {
        Source source = turn.source();
        OutputWindow window = log.window(source);
        long wanted = position.of(source);
        Span held = window.heldFrom(wanted, (int) Math.min(MOST_BYTES, turn.end() - wanted));
        if (held.offset() > wanted) {
            position = position.with(turn, held.offset());
            return new PipeEvent.Gap(session, source, wanted, held.offset());
        }
        Span whole = withoutHalfACharacter(held);
        position = position.with(turn, whole.next());
        return new PipeEvent.Bytes(source, new OutputSlice(session, window, whole));
    }

    /** A character of which only a part has come waits for the rest of it, unless it is all there is. */
    private static Span withoutHalfACharacter(Span span) {
        byte[] bytes = span.copy();
        int half = bytes == null ? 0 : Utf8.incompleteEnd(bytes);
        if (bytes == null || half == 0 || half == bytes.length) {
            return span;
        }
        return new Span(span.offset(), span.next() - half, false, Arrays.copyOf(bytes, bytes.length - half));
    }

    private PipeEvent exit() {
        ExitStatus status = exit.status();
        return status == null
                ? new PipeEvent.Exit(session, null, null, null)
                : new PipeEvent.Exit(session, status.code(), status.signal(), exit.at());
    }
}
