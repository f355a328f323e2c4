package io.piperelay.session;

import io.piperelay.platform.ExitStatus;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One observer's way through all that the child writes. It takes nothing and holds nobody up: where it is slower than the
 * readers, it misses bytes and is told which.
 *
 * <p>Used by one thread.
 */
public final class Observation {

    /** As many as there are at once are told in one event, up to this. */
    private static final int MOST_BYTES = 16 * 1024;

    private final String session;
    private final OutputLog log;
    private final ChildExit exit;
    private final Duration restOfACharacter;
    private LogPosition position;
    private byte[] bytes = {};

    /** @param restOfACharacter how long the part of a character waits for its rest */
    Observation(String session, OutputLog log, ChildExit exit, LogPosition start, Duration restOfACharacter) {
        this.session = session;
        this.log = log;
        this.exit = exit;
        this.position = start;
        this.restOfACharacter = restOfACharacter;
    }

    /**
     * Waits for what comes next. The bytes of the event before are gone then.
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

    private PipeEvent read(Arrivals.Turn first) throws InterruptedException {
        Source source = first.source();
        long wanted = position.of(source);
        Span held = held(first);
        var patience = new Patience(restOfACharacter, () -> false);
        while (held.offset() == wanted && isPartOfACharacter(held) && awaitMore(first, held, patience)) {
            held = held(Objects.requireNonNull(log.arrivals().next(position)));
        }
        if (held.offset() > wanted) {
            position = position.with(first, held.offset());
            return new PipeEvent.Gap(session, source, wanted, held.offset());
        }
        Span told = isPartOfACharacter(held) ? held : wholeCharacters(held);
        position = position.with(first, told.next());
        return new PipeEvent.Bytes(source, new OutputSlice(session, log.window(source), told));
    }

    private Span held(Arrivals.Turn turn) {
        long wanted = position.of(turn.source());
        int length = (int) Math.min(MOST_BYTES, turn.end() - wanted);
        if (bytes.length < length) {
            bytes = new byte[Math.min(MOST_BYTES, Math.max(2 * bytes.length, length))];
        }
        return log.window(turn.source()).heldFrom(wanted, turn.end(), bytes);
    }

    /** Waits for more bytes of the same turn; false if none come in time, or those of the other stream do. */
    private boolean awaitMore(Arrivals.Turn turn, Span held, Patience patience) throws InterruptedException {
        if (!log.arrivals().await(position.with(turn, held.next()), patience)) {
            return false;
        }
        Arrivals.Turn now = log.arrivals().next(position);
        return now != null && now.end() > held.next();
    }

    private static boolean isPartOfACharacter(Span span) {
        return Utf8.incompleteEnd(Objects.requireNonNull(span.copy()), span.length()) == span.length();
    }

    /**
     * Cuts the part of a character at the end, whose rest may still come. The part of one at the beginning comes alone, so
     * that the text behind it is one.
     */
    private static Span wholeCharacters(Span span) {
        byte[] bytes = Objects.requireNonNull(span.copy());
        int torn = Utf8.tornBeginning(bytes, span.length());
        int length = torn > 0 && torn < span.length() ? torn : span.length() - Utf8.incompleteEnd(bytes, span.length());
        return length == span.length() ? span : new Span(span.offset(), span.offset() + length, false, bytes);
    }

    private PipeEvent exit() {
        ExitStatus status = exit.status();
        return status == null
                ? new PipeEvent.Exit(session, null, null, null)
                : new PipeEvent.Exit(session, status.code(), status.signal(), exit.at());
    }
}
