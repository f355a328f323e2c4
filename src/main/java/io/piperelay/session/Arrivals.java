package io.piperelay.session;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * In which order the bytes of the child's two output streams came, so that both can be followed as one log. It knows
 * offsets only; the bytes themselves are in the windows.
 *
 * <p>The streams take turns. Should there be too many turns to remember, the oldest are forgotten: their bytes then count
 * as part of later ones, so that none is left out and only the order among them is lost.
 */
final class Arrivals {

    private static final int MOST_TURNS = 4096;

    /**
     * Bytes that came from one source before any came from the other one.
     *
     * @param number counted from 0
     * @param start offset of the first byte
     * @param end offset behind the last one
     */
    record Turn(long number, Source source, long start, long end) {

        private boolean holdsByteBefore(long offset) {
            return start < offset && offset <= end;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Turn[] turns = new Turn[MOST_TURNS];
    private long count;
    private boolean over;

    /** More bytes have come, and are in the window already. */
    void grew(Source source, long start, long end) {
        lock.lock();
        try {
            Turn last = count == 0 ? null : turn(count - 1);
            if (last != null && last.source() == source) {
                put(new Turn(last.number(), source, last.start(), end));
            } else {
                put(new Turn(count++, source, start, end));
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void put(Turn turn) {
        turns[(int) (turn.number() % MOST_TURNS)] = turn;
    }

    private Turn turn(long number) {
        return turns[(int) (number % MOST_TURNS)];
    }

    private long oldest() {
        return Math.max(0, count - MOST_TURNS);
    }

    /** No more bytes will come. */
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
     * Waits for bytes behind the position, or for the end.
     *
     * @return false if patience ended first
     */
    boolean await(LogPosition position, Patience patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!over && following(position) == null) {
                if (!patience.await(changed)) {
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The turn whose bytes come next; null if none have come yet. */
    @Nullable Turn next(LogPosition position) {
        lock.lock();
        try {
            return following(position);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Turn following(LogPosition position) {
        for (long number = Math.max(position.turn(), oldest()); number < count; number++) {
            Turn turn = turn(number);
            if (turn.end() > position.of(turn.source())) {
                return turn;
            }
        }
        return null;
    }

    /**
     * The position right behind a byte of one stream: how much of the other had come by then. Where that was forgotten,
     * the other's bytes are told again from their beginning rather than left out.
     *
     * @param offset behind that byte; 0 for the very beginning
     */
    LogPosition behind(Source source, long offset) {
        lock.lock();
        try {
            long other = 0;
            for (long number = oldest(); number < count; number++) {
                Turn turn = turn(number);
                if (turn.source() != source) {
                    other = turn.end();
                } else if (turn.holdsByteBefore(offset)) {
                    return LogPosition.of(source, offset, other);
                }
            }
            return LogPosition.of(source, offset, 0);
        } finally {
            lock.unlock();
        }
    }
}
