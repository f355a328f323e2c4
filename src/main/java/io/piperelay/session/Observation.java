package io.piperelay.session;

import io.piperelay.bytes.Utf8;
import io.piperelay.platform.ExitStatus;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One observer's path through everything that the child writes. It takes nothing and holds nobody up: if it is slower than
 * the readers, it misses bytes and gets to know which.
 *
 * <p>Not thread-safe.
 */
public final class Observation {

    /** The maximum number of bytes in one event. */
    private static final int MOST_BYTES = 16 * 1024;

    private final String session;
    private final OutputLog log;
    private final ChildExit exit;
    private final Duration restOfACharacter;
    private ArrivalOrder.Position position;
    private byte[] bytes = {};

    /** @param restOfACharacter how long a part of a character is held back for its rest to arrive */
    Observation(String session, OutputLog log, ChildExit exit, ArrivalOrder.Position start, Duration restOfACharacter) {
        this.session = session;
        this.log = log;
        this.exit = exit;
        this.position = start;
        this.restOfACharacter = restOfACharacter;
    }

    /**
     * Waits for the next event. The bytes of the previous one are no longer valid then.
     *
     * @return null if the deadline passed first
     */
    public @Nullable PipeEvent next(Deadline deadline) throws InterruptedException {
        if (!log.arrivals().await(position, deadline)) {
            return null;
        }
        ArrivalOrder.Run run = log.arrivals().next(position);
        return run == null ? exit() : read(run);
    }

    private PipeEvent read(ArrivalOrder.Run first) throws InterruptedException {
        StandardStream source = first.source();
        long wanted = position.of(source);
        OutputSlice held = held(first);
        var deadline = new Deadline(restOfACharacter, () -> false);
        while (held.offset() == wanted && isPartOfACharacter(held) && awaitMore(first, held, deadline)) {
            held = held(Objects.requireNonNull(log.arrivals().next(position)));
        }
        if (held.offset() > wanted) {
            position = position.with(first, held.offset());
            return new PipeEvent.Gap(session, source, wanted, held.offset());
        }
        OutputSlice told = isPartOfACharacter(held) ? held : wholeCharacters(held);
        position = position.with(first, told.next());
        return new PipeEvent.Bytes(source, told);
    }

    private OutputSlice held(ArrivalOrder.Run run) {
        long wanted = position.of(run.source());
        int length = (int) Math.min(MOST_BYTES, run.end() - wanted);
        if (bytes.length < length) {
            bytes = new byte[Math.min(MOST_BYTES, Math.max(2 * bytes.length, length))];
        }
        return log.window(run.source()).heldFrom(wanted, run.end(), bytes);
    }

    /** Waits for more bytes of the same run; false if none arrive in time, or if bytes of the other stream do. */
    private boolean awaitMore(ArrivalOrder.Run run, OutputSlice held, Deadline deadline) throws InterruptedException {
        if (!log.arrivals().await(position.with(run, held.next()), deadline)) {
            return false;
        }
        ArrivalOrder.Run now = log.arrivals().next(position);
        return now != null && now.end() > held.next();
    }

    private static boolean isPartOfACharacter(OutputSlice slice) {
        return slice.incompleteEnd() == slice.length();
    }

    /**
     * Cuts off a part of a character at the end, whose rest may still arrive. A part of one at the beginning is sent alone, so
     * that the text after it is whole.
     */
    private static OutputSlice wholeCharacters(OutputSlice slice) {
        int count = slice.length();
        int torn = slice.encoding() == null ? Utf8.tornBeginning(Objects.requireNonNull(slice.copy()), count) : 0;
        int length = torn > 0 && torn < count ? torn : count - slice.incompleteEnd();
        return length == count ? slice : slice.first(length);
    }

    private PipeEvent exit() {
        ExitStatus status = exit.status();
        return status == null
                ? new PipeEvent.Exit(session, null, null, null)
                : new PipeEvent.Exit(session, status.code(), status.signal(), exit.at());
    }
}
