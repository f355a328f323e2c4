package io.piperelay.session;

import io.piperelay.bytes.Utf8;
import io.piperelay.platform.ExitStatus;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One observer's path through everything that the child writes. It takes nothing and holds nobody up: if it is slower than
 * the readers, it misses bytes and gets to know which. Or it takes the output, and then what others take is not told of.
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
    private final @Nullable OutputReader taking;
    private ArrivalOrder.Position position;
    private byte[] bytes = {};
    private long dropped;

    /** @param restOfACharacter how long a part of a character is held back for its rest to arrive */
    Observation(String session, OutputLog log, ChildExit exit, ArrivalOrder.Position start, Duration restOfACharacter) {
        this(session, log, exit, start, restOfACharacter, null);
    }

    /**
     * @param restOfACharacter as above
     * @param taking in whose turn output is taken, and counted as delivered; null if none is taken
     */
    Observation(
            String session,
            OutputLog log,
            ChildExit exit,
            ArrivalOrder.Position start,
            Duration restOfACharacter,
            @Nullable OutputReader taking) {
        this.session = session;
        this.log = log;
        this.exit = exit;
        this.position = start;
        this.restOfACharacter = restOfACharacter;
        this.taking = taking;
        this.dropped = log.output().dropped();
    }

    /**
     * Waits for the next event. The bytes of the previous one are no longer valid then.
     *
     * @return null if the deadline passed first
     */
    public @Nullable PipeEvent next(Deadline deadline) throws InterruptedException {
        while (log.arrivals().await(position, deadline)) {
            ArrivalOrder.Run run = log.arrivals().next(position);
            if (run == null) {
                return exit();
            }
            if (taking == null || run.source() == StandardStream.ERRORS) {
                return read(run);
            }
            if (!taking.turn().begin(deadline)) {
                return null;
            }
            PipeEvent taken = takeInTurn(run, taking, deadline);
            if (taken != null || deadline.isAbandoned()) {
                return taken;
            }
        }
        return null;
    }

    /** Takes what is unread, which others may have moved, and ends the turn; null if nothing is, or nobody wants it any more. */
    private @Nullable PipeEvent takeInTurn(ArrivalOrder.Run run, OutputReader reader, Deadline deadline) {
        try {
            if (deadline.isAbandoned()) {
                return null;
            }
            makeRoom((int) Math.min(MOST_BYTES, run.end() - position.output()));
            OutputSlice taken = log.output().takeNow(bytes);
            long droppedBefore = dropped;
            dropped = log.output().dropped();
            if (dropped > droppedBefore) {
                throw PipeException.offsetGone(position.output(), taken.offset());
            }
            position = position.with(run, taken.isEmpty() ? run.end() : taken.next());
            if (taken.isEmpty()) {
                return null;
            }
            reader.countDelivery();
            return new PipeEvent.Bytes(StandardStream.OUTPUT, taken);
        } finally {
            reader.turn().end();
        }
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
        makeRoom(length);
        return log.window(run.source()).heldFrom(wanted, run.end(), bytes);
    }

    private void makeRoom(int length) {
        if (bytes.length < length) {
            bytes = new byte[Math.min(MOST_BYTES, Math.max(2 * bytes.length, length))];
        }
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
