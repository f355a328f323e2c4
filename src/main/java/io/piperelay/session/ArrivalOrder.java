package io.piperelay.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The order in which the bytes of the child's two output streams arrived, so that both can be followed as one log. It holds
 * only offsets; the bytes themselves are in the windows.
 *
 * <p>The bytes arrive in runs. If there are too many runs to remember, the oldest are forgotten: their bytes then count as
 * part of later ones, so that none is left out and only their order is lost.
 */
final class ArrivalOrder {

    private static final int MOST_RUNS = 4096;

    /**
     * Bytes that arrived from one source before any arrived from the other.
     *
     * @param number counted from 0
     * @param start offset of the first byte
     * @param end offset after the last one
     */
    record Run(long number, StandardStream source, long start, long end) {

        private boolean holdsByteBefore(long offset) {
            return start < offset && offset <= end;
        }
    }

    /**
     * How far both of the child's output streams have been followed.
     *
     * @param output offset of the next byte of its stdout
     * @param errors offset of the next byte of its stderr
     * @param run the number of the first {@link Run} that may still have bytes to follow
     */
    record Position(long output, long errors, long run) {

        /** A position from which every run is still to be checked. */
        Position(long output, long errors) {
            this(output, errors, 0);
        }

        static Position of(StandardStream source, long offset, long other) {
            return source == StandardStream.OUTPUT ? new Position(offset, other) : new Position(other, offset);
        }

        long of(StandardStream source) {
            return source == StandardStream.OUTPUT ? output : errors;
        }

        /** After bytes of this run. */
        Position with(Run in, long offset) {
            return in.source() == StandardStream.OUTPUT
                    ? new Position(offset, errors, in.number())
                    : new Position(output, offset, in.number());
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Signal changed = new Signal(lock);

    @GuardedBy("lock") private final Run[] runs = new Run[MOST_RUNS];

    @GuardedBy("lock") private long count;

    @GuardedBy("lock") private boolean over;

    /** More bytes have arrived, and are already in the window. */
    void grew(StandardStream source, long start, long end) {
        lock.lock();
        try {
            Run last = count == 0 ? null : run(count - 1);
            if (last != null && last.source() == source) {
                put(new Run(last.number(), source, last.start(), end));
            } else {
                put(new Run(count++, source, start, end));
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock") private void put(Run run) {
        runs[(int) (run.number() % MOST_RUNS)] = run;
    }

    @GuardedBy("lock") private Run run(long number) {
        return runs[(int) (number % MOST_RUNS)];
    }

    @GuardedBy("lock") private long oldest() {
        return Math.max(0, count - MOST_RUNS);
    }

    /** No more bytes will arrive. */
    void end() {
        lock.lock();
        try {
            over = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for bytes after the position, or for the end.
     *
     * @return false if the deadline passed first
     */
    boolean await(Position position, Deadline deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!over && following(position) == null) {
                if (!deadline.await(changed)) {
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The run whose bytes come next; null if none have arrived yet. */
    @Nullable Run next(Position position) {
        lock.lock();
        try {
            return following(position);
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock") private @Nullable Run following(Position position) {
        for (long number = Math.max(position.run(), oldest()); number < count; number++) {
            Run run = run(number);
            if (run.end() > position.of(run.source())) {
                return run;
            }
        }
        return null;
    }

    /**
     * The position just after a byte of one stream, with as much of the other as had arrived by then. If that has been
     * forgotten, the other's bytes are repeated from their beginning rather than left out.
     *
     * @param offset after that byte; 0 for the very beginning
     */
    Position behind(StandardStream source, long offset) {
        lock.lock();
        try {
            long other = 0;
            for (long number = oldest(); number < count; number++) {
                Run run = run(number);
                if (run.source() != source) {
                    other = run.end();
                } else if (run.holdsByteBefore(offset)) {
                    return Position.of(source, offset, other);
                }
            }
            return Position.of(source, offset, 0);
        } finally {
            lock.unlock();
        }
    }
}
