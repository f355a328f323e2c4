package io.piperelay.session;

import io.piperelay.platform.ExitStatus;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One observer's way through all that the child writes. It takes nothing and holds nobody up: where it is slower than the
 * readers, it misses bytes and is told which.
 *
 * <p>Used by one thread.
 */
public final class Observation {

    private static final int MOST_BYTES = 64 * 1024;

    /** How long the part of a character waits for its rest. */
    private static final Duration REST_OF_A_CHARACTER = Duration.ofMillis(200);

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

    private PipeEvent read(Arrivals.Turn turn) throws InterruptedException {
        Source source = turn.source();
        long wanted = position.of(source);
        Span held = held(turn);
        if (held.offset() == wanted && wholeCharacters(held).isEmpty()) {
            var patience = new Patience(REST_OF_A_CHARACTER, () -> false);
            log.arrivals().await(position.with(turn, held.next()), patience);
            held = held(Objects.requireNonNull(log.arrivals().next(position)));
        }
        if (held.offset() > wanted) {
            position = position.with(turn, held.offset());
            return new PipeEvent.Gap(session, source, wanted, held.offset());
        }
        Span whole = wholeCharacters(held);
        Span told = whole.isEmpty() ? held : whole;
        position = position.with(turn, told.next());
        return new PipeEvent.Bytes(source, new OutputSlice(session, log.window(source), told));
    }

    private Span held(Arrivals.Turn turn) {
        long wanted = position.of(turn.source());
        return log.window(turn.source()).heldFrom(wanted, (int) Math.min(MOST_BYTES, turn.end() - wanted));
    }

    /**
     * Cuts the part of a character at the end, whose rest may still come. The part of one at the beginning comes alone, so
     * that the text behind it is one.
     */
    private static Span wholeCharacters(Span span) {
        byte[] bytes = Objects.requireNonNull(span.copy());
        int torn = Utf8.tornBeginning(bytes);
        int length = torn > 0 && torn < bytes.length ? torn : bytes.length - Utf8.incompleteEnd(bytes);
        return length == bytes.length
                ? span
                : new Span(span.offset(), span.offset() + length, false, Arrays.copyOf(bytes, length));
    }

    private PipeEvent exit() {
        ExitStatus status = exit.status();
        return status == null
                ? new PipeEvent.Exit(session, null, null, null)
                : new PipeEvent.Exit(session, status.code(), status.signal(), exit.at());
    }
}
