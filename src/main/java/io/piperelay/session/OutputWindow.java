package io.piperelay.session;

import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A bounded log of the bytes that one of the child's output streams has brought, addressed by offsets that never go back.
 *
 * <p>One thread appends; it waits while the window is full of bytes that nobody has taken (or never, if the oldest may be
 * dropped). Any number of threads wait for bytes, each as long as its {@link Patience} lasts; looking takes nothing, only
 * {@link #take} and {@link #acknowledge} move the cursor. Bytes before the cursor stay readable until their room is
 * needed. {@link #end} lets readers have what is left; {@link #close} wakes and refuses everybody.
 *
 * <p>One lock, one condition, and everyone waits in a loop around its own predicate.
 */
final class OutputWindow {

    /** Called when bytes were appended, under the window's lock; must not wait. */
    @FunctionalInterface
    interface Growth {
        void appended(long start, long end);
    }

    private final ReentrantLock lock = new ReentrantLock();
    /** Signalled to all whenever bytes came, were taken or dropped, or the stream's state changed. */
    private final Condition changed = lock.newCondition();

    private final byte[] ring;
    private final boolean dropOldest;
    private final Growth growth;

    private long oldest;
    private long cursor;
    private long end;
    private Instant silentSince = Instant.now();
    private long dropped;
    private boolean eof;
    private boolean complete;
    private boolean closed;
    private @Nullable IOException failure;

    /**
     * @param capacity in bytes
     * @param dropOldest whether a full window forgets its oldest bytes, taken or not, instead of making its writer wait
     */
    OutputWindow(int capacity, boolean dropOldest, Growth growth) {
        this.ring = new byte[capacity];
        this.dropOldest = dropOldest;
        this.growth = growth;
    }

    /**
     * Appends all of the bytes, in as many steps as there is room.
     *
     * @return false if the window was closed before all had found room
     */
    boolean append(byte[] bytes, int length) throws InterruptedException {
        int appended = 0;
        lock.lockInterruptibly();
        try {
            while (appended < length) {
                while (room() == 0 && !closed) {
                    changed.await();
                }
                if (closed) {
                    return false;
                }
                int step = Math.min(length - appended, room());
                store(bytes, appended, step);
                appended += step;
                silentSince = Instant.now();
                growth.appended(end - step, end);
                changed.signalAll();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private int room() {
        return dropOldest ? ring.length : (int) (cursor + ring.length - end);
    }

    private void store(byte[] bytes, int from, int length) {
        int position = (int) (end % ring.length);
        int first = Math.min(length, ring.length - position);
        System.arraycopy(bytes, from, ring, position, first);
        System.arraycopy(bytes, from + first, ring, 0, length - first);
        end += length;
        oldest = Math.max(oldest, end - ring.length);
        dropped += Math.max(0, oldest - cursor);
        cursor = Math.max(cursor, oldest);
    }

    /** No byte comes after those that are here. */
    void end() {
        change(() -> {
            eof = true;
            complete = true;
        });
    }

    /** No byte comes after those that are here, because the pipe could not be read any more. */
    void fail(IOException cause) {
        change(() -> {
            eof = true;
            failure = cause;
        });
    }

    void close() {
        change(() -> {
            eof = true;
            closed = true;
        });
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for unread bytes, from the cursor on, and leaves them unread.
     *
     * @return the bytes; none if patience ended first, or, with {@code eof}, if all was taken and nothing more can come
     */
    Span awaitUnread(Wanted wanted, Patience patience) throws InterruptedException {
        return await(() -> cursor, wanted, patience);
    }

    /** As {@link #awaitUnread}, but from an offset on that was {@linkplain #acknowledge acknowledged}. */
    Span awaitFrom(long offset, Wanted wanted, Patience patience) throws InterruptedException {
        return await(() -> offset, wanted, patience);
    }

    private Span await(LongSupplier start, Wanted wanted, Patience patience) throws InterruptedException {
        var search = new DelimiterSearch(wanted.until(), this::at);
        lock.lockInterruptibly();
        try {
            while (true) {
                refuseIfClosed();
                long from = start.getAsLong();
                refuseIfGone(from);
                long limit = Math.min(end, from + wanted.max());
                long next = search.endOfMessage(from, limit);
                if (next == from && (eof || limit == from + wanted.max())) {
                    next = limit;
                }
                if (next == from && failure != null) {
                    throw new PipeException.ReadFailed(failure);
                }
                if (next > from || eof) {
                    return span(from, next);
                }
                if (!patience.await(changed)) {
                    return new Span(from, from, false, null);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Unread bytes stay where they are until they are taken, unless the oldest may be dropped. */
    private Span span(long from, long next) {
        return dropOldest ? copied(from, next) : new Span(from, next, eof && next == end, null);
    }

    private Span copied(long from, long next) {
        byte[] copy = new byte[(int) (next - from)];
        copy(from, copy, copy.length);
        return new Span(from, next, eof && next == end, copy);
    }

    private void refuseIfClosed() {
        if (closed) {
            throw new PipeException.SessionClosed();
        }
    }

    private void refuseIfGone(long offset) {
        if (offset < oldest) {
            throw new PipeException.OffsetGone(offset, oldest);
        }
    }

    private byte at(long offset) {
        return ring[(int) (offset % ring.length)];
    }

    /**
     * Says that everything before the offset has arrived at a client: the cursor moves there, forward or back.
     *
     * @throws PipeException.OffsetGone if the byte at the offset is no longer held
     * @throws PipeException.OffsetGap if no byte before the offset can have arrived yet
     */
    void acknowledge(long offset) {
        change(() -> {
            refuseIfGone(offset);
            if (offset > end) {
                throw new PipeException.OffsetGap("output", offset, end);
            }
            cursor = offset;
        });
    }

    /**
     * Takes the bytes, which have reached their reader. If somebody moved the cursor meanwhile, his word counts; if
     * dropping did, what was dropped had its reader.
     */
    void take(Span span) {
        change(() -> {
            boolean dropped = dropOldest && cursor > span.offset() && cursor < span.next();
            if (cursor == span.offset() || dropped) {
                cursor = span.next();
            }
        });
    }

    /**
     * Copies bytes that lie before the end, taken or not.
     *
     * @throws PipeException.OffsetGone if they are no longer held
     */
    void copy(long offset, byte[] target, int length) {
        lock.lock();
        try {
            refuseIfGone(offset);
            int position = (int) (offset % ring.length);
            int first = Math.min(length, ring.length - position);
            System.arraycopy(ring, position, target, 0, first);
            System.arraycopy(ring, 0, target, first, length - first);
        } finally {
            lock.unlock();
        }
    }

    /**
     * The bytes from the offset on that are here now, taken or not, as a copy; from the oldest on if the offset is null.
     *
     * @throws PipeException.OffsetGone if the byte at the offset is no longer held
     */
    Span held(@Nullable Long offset, int max) {
        lock.lock();
        try {
            long from = offset == null ? oldest : offset;
            refuseIfGone(from);
            if (from > end) {
                throw new PipeException.OffsetGap("errors", from, end);
            }
            return copied(from, Math.min(end, from + max));
        } finally {
            lock.unlock();
        }
    }

    /** The same, but from the oldest byte on if the one at the offset is no longer held. */
    Span heldFrom(long offset, int max) {
        lock.lock();
        try {
            return held(Math.max(offset, oldest), max);
        } finally {
            lock.unlock();
        }
    }

    /** Takes what is unread now, as a copy. */
    Span takeNow(int max) {
        lock.lock();
        try {
            refuseIfClosed();
            Span span = copied(cursor, Math.min(end, cursor + max));
            cursor = span.next();
            changed.signalAll();
            return span;
        } finally {
            lock.unlock();
        }
    }

    /** How many bytes were dropped that nobody had taken. */
    long dropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    /** Whether all that came was taken, and nothing was cut off. */
    boolean isExhausted() {
        lock.lock();
        try {
            return complete && cursor == end;
        } finally {
            lock.unlock();
        }
    }

    SessionStatus.Output status() {
        lock.lock();
        try {
            return new SessionStatus.Output(oldest, cursor, end, ring.length, eof, silentSince);
        } finally {
            lock.unlock();
        }
    }
}
