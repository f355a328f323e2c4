package io.piperelay.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.piperelay.bytes.ByteRing;
import io.piperelay.bytes.Delimiter;
import io.piperelay.bytes.Frame;
import io.piperelay.bytes.TextEncoding;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A bounded log of the bytes from one of the child's output streams, addressed by offsets that only increase.
 *
 * <p>One thread appends; it waits while the window is full of bytes that nobody has taken (or never, if the oldest may be
 * dropped). Any number of threads wait for bytes, each until its {@link Deadline}; waiting takes nothing, only {@link #take}
 * and {@link #acknowledge} move the cursor. Bytes before the cursor stay readable until their space is needed. After
 * {@link #end} and {@link #cutOff}, readers still get what is left; {@link #close} wakes and refuses all of them.
 *
 * <p>There is one lock with one signal, and every thread waits in a loop around its own predicate.
 */
final class OutputWindow {

    /** Called when bytes have been appended, under the window's lock; must not wait. */
    @FunctionalInterface
    interface Growth {
        void appended(long start, long end);
    }

    /** How many bytes are copied before others can have the lock. */
    private static final int COPIED_AT_ONCE = 1024 * 1024;

    private static final int LONGEST_LINE = 64 * 1024;
    private static final byte[] NOTHING = {};

    final ReentrantLock lock = new ReentrantLock();
    /** Signalled to all whenever bytes arrive, are taken or dropped, or the stream's state changes. */
    final Signal changed = new Signal(lock);

    private final String session;

    /** What the bytes are if they are text; null for UTF-8, or whatever they are then. */
    final @Nullable TextEncoding encoding;

    @GuardedBy("lock") final ByteRing ring;

    final boolean dropOldest;
    private final Growth growth;

    @GuardedBy("lock") long cursor;

    @GuardedBy("lock") private Instant silentSince = Instant.now();

    /** The same on the clock that nobody sets. */
    @GuardedBy("lock") private long lastArrival = System.nanoTime();

    @GuardedBy("lock") private long dropped;

    @GuardedBy("lock") private final WaitingTime blocked = new WaitingTime();

    @GuardedBy("lock") boolean eof;

    /** Whether bytes arrived that could not be appended any more. */
    @GuardedBy("lock") private boolean lost;

    @GuardedBy("lock") private boolean complete;

    @GuardedBy("lock") private boolean cutOff;

    @GuardedBy("lock") private boolean closed;

    @GuardedBy("lock") private @Nullable IOException failure;

    /**
     * @param session the session's id
     * @param encoding null for UTF-8
     * @param capacity in bytes
     * @param dropOldest whether a full window drops its oldest bytes, taken or not, instead of making its writer wait
     */
    OutputWindow(String session, @Nullable TextEncoding encoding, int capacity, boolean dropOldest, Growth growth) {
        this.session = session;
        this.encoding = encoding;
        this.ring = new ByteRing(capacity);
        this.dropOldest = dropOldest;
        this.growth = growth;
    }

    String session() {
        return session;
    }

    /**
     * Appends all of the bytes, step by step as there is room.
     *
     * @return false if the window was cut off or closed before all were appended
     */
    boolean append(byte[] bytes, int from, int length) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            for (int done = 0; done < length; done += store(bytes, from + done, length - done)) {
                if (isHeldUp()) {
                    awaitRoom();
                }
                if (cutOff || closed) {
                    lost = true;
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock") private boolean isHeldUp() {
        return room() == 0 && !cutOff && !closed;
    }

    @GuardedBy("lock") private void awaitRoom() throws InterruptedException {
        blocked.begin();
        try {
            while (isHeldUp()) {
                changed.await();
            }
        } finally {
            blocked.end();
        }
    }

    /** For how long bytes have been held up because the window was full. */
    long blockedNanos() {
        lock.lock();
        try {
            return blocked.nanos();
        } finally {
            lock.unlock();
        }
    }

    /** Appends as many of the bytes as there is room for, and returns how many that are. */
    int offer(byte[] bytes, int length) {
        lock.lock();
        try {
            return cutOff || closed ? 0 : store(bytes, 0, length);
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock") private int store(byte[] bytes, int from, int wanted) {
        int length = Math.min(wanted, room());
        if (length > 0) {
            ring.append(bytes, from, length);
            dropped += Math.max(0, ring.oldest() - cursor);
            cursor = Math.max(cursor, ring.oldest());
            silentSince = Instant.now();
            lastArrival = System.nanoTime();
            growth.appended(ring.end() - length, ring.end());
            changed.signalAll();
        }
        return length;
    }

    /** How long ago the last byte arrived, or the window was made if there was none. */
    @GuardedBy("lock") long silentNanos() {
        return System.nanoTime() - lastArrival;
    }

    /** Whether bytes could have arrived after this moment, by {@link System#nanoTime}, but none have. */
    boolean isSilentSince(long moment) {
        lock.lock();
        try {
            return !eof && lastArrival - moment <= 0;
        } finally {
            lock.unlock();
        }
    }

    /** How many bytes can be appended now. */
    int room() {
        lock.lock();
        try {
            return dropOldest ? ring.capacity() : (int) (cursor + ring.capacity() - ring.end());
        } finally {
            lock.unlock();
        }
    }

    /** No more bytes will arrive. */
    void end() {
        lock.lock();
        try {
            eof = true;
            complete = !lost;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * No more bytes will arrive, because reading from the pipe failed.
     *
     * @return false if that was to be expected, because the window was cut off, which makes the reading fail
     */
    boolean fail(IOException cause) {
        lock.lock();
        try {
            eof = true;
            failure = cutOff ? null : cause;
            changed.signalAll();
            return !cutOff;
        } finally {
            lock.unlock();
        }
    }

    /** Accepts no more bytes, although more may arrive. Readers get those that are here; then they are refused. */
    void cutOff() {
        lock.lock();
        try {
            eof = true;
            cutOff = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            eof = true;
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Copies bytes that may be dropped at any moment; returns fewer if some were dropped while they were copied. */
    @GuardedBy("lock") int copyInParts(long from, byte[] target, int length) {
        int copied = 0;
        while (copied < length && from + copied >= ring.oldest()) {
            int part = Math.min(COPIED_AT_ONCE, length - copied);
            ring.copy(from + copied, target, copied, part);
            copied += part;
            if (copied < length) {
                unlocked(Thread::yield);
            }
        }
        return copied;
    }

    /** For a caller that waits, or works without the lock meanwhile. */
    void unlocked(Runnable meanwhile) {
        lock.unlock();
        try {
            meanwhile.run();
        } finally {
            lock.lock();
        }
    }

    @GuardedBy("lock") OutputSlice slice(long from, long next, byte @Nullable [] copy) {
        return slice(from, next, copy, null);
    }

    @GuardedBy("lock") OutputSlice slice(long from, long next, byte @Nullable [] copy, @Nullable Delimiter matched) {
        return new OutputSlice(this, from, from, next, eof && next == ring.end(), copy, matched);
    }

    /** @param copy of what it contains; null if the window keeps it */
    @GuardedBy("lock") OutputSlice slice(Frame frame, byte @Nullable [] copy) {
        boolean last = eof && frame.end() == ring.end();
        return new OutputSlice(this, frame.start(), frame.content(), frame.end(), last, copy, null);
    }

    @GuardedBy("lock")
    void refuseIfClosed() {
        if (closed) {
            throw PipeException.sessionClosed();
        }
    }

    /** An output that was cut off must not look as if it had ended. */
    @GuardedBy("lock")
    void refuseIfBroken() {
        if (failure != null) {
            throw PipeException.readFailed(failure);
        }
        if (cutOff && !complete) {
            throw PipeException.sessionClosed();
        }
    }

    @GuardedBy("lock")
    void refuseIfGone(long offset) {
        if (offset < ring.oldest()) {
            throw PipeException.offsetGone(offset, ring.oldest());
        }
    }

    /**
     * Confirms that everything before the offset has arrived at a client: the cursor moves there, forward or back.
     *
     * @throws PipeException {@code OFFSET_GONE} if the byte at the offset is no longer held
     * @throws PipeException {@code OFFSET_GAP} if no byte before the offset can have arrived yet
     */
    void acknowledge(long offset) {
        lock.lock();
        try {
            refuseIfGone(offset);
            if (offset > ring.end()) {
                throw PipeException.offsetGap("output", offset, ring.end());
            }
            cursor = offset;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the bytes, which have reached their reader. If a client moved the cursor in the meantime, that takes precedence;
     * if dropping moved it, the dropped bytes still count as read.
     */
    void take(OutputSlice slice) {
        lock.lock();
        try {
            boolean dropped = dropOldest && cursor > slice.offset() && cursor < slice.next();
            if (cursor == slice.offset() || dropped) {
                cursor = slice.next();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes what is unread before the offset. */
    void takeUpTo(long offset) {
        lock.lock();
        try {
            cursor = Math.max(cursor, offset);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Copies bytes before the end, taken or not, and only a few at once.
     *
     * @throws PipeException {@code OFFSET_GONE} if they are no longer held
     */
    void copy(long offset, byte[] target, int length) {
        lock.lock();
        try {
            refuseIfGone(offset);
            ring.copy(offset, target, 0, length);
        } finally {
            lock.unlock();
        }
    }

    /**
     * A copy of the bytes from the offset on that are here now, taken or not; from the oldest on if the offset is null.
     *
     * @throws PipeException {@code OFFSET_GONE} if the byte at the offset is no longer held
     * @throws PipeException {@code TOO_MANY_DELIVERIES} if there is no room for the copy at the moment
     */
    OutputSlice held(@Nullable Long offset, int max, DeliveryBudget.Share share) throws InterruptedException {
        int length = heldAt(offset, Math.min(max, share.largest()));
        share.growOrRefuse(length, new Deadline(Duration.ZERO, () -> false));
        lock.lock();
        try {
            long from = offset == null ? ring.oldest() : offset;
            refuseIfGone(from);
            return slice(from, from + copyInParts(from, share.bytes(), length), share.bytes());
        } finally {
            lock.unlock();
        }
    }

    private int heldAt(@Nullable Long offset, int max) {
        lock.lock();
        try {
            long from = offset == null ? ring.oldest() : offset;
            refuseIfGone(from);
            if (from > ring.end()) {
                throw PipeException.offsetGap("errors", from, ring.end());
            }
            return (int) Math.min(ring.end() - from, max);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Copies the bytes from the offset on that are here now, as many as the target holds, taken or not; from the oldest on
     * if the one at the offset is no longer held.
     *
     * @param limit the offset before which they end
     */
    OutputSlice heldFrom(long offset, long limit, byte[] target) {
        lock.lock();
        try {
            long from = Math.max(offset, ring.oldest());
            int length = (int) Math.max(0, Math.min(target.length, Math.min(limit, ring.end()) - from));
            ring.copy(from, target, 0, length);
            return slice(from, from + length, target);
        } finally {
            lock.unlock();
        }
    }

    /** Copies and takes what is unread now, as much as the target holds. */
    OutputSlice takeNow(byte[] target) {
        lock.lock();
        try {
            refuseIfClosed();
            int length = (int) Math.min(target.length, ring.end() - cursor);
            ring.copy(cursor, target, 0, length);
            OutputSlice taken = slice(cursor, cursor + length, target);
            cursor = taken.next();
            changed.signalAll();
            return taken;
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

    /**
     * What precedes the offset in its line, as far as it is held and short, if the meaning of the bytes after it depends on
     * that: at a line's end, text with shifts is back to ASCII (<a href="https://www.rfc-editor.org/rfc/rfc1468">RFC
     * 1468</a>).
     */
    byte[] lineBefore(long offset) {
        if (encoding == null || !encoding.shifts()) {
            return NOTHING;
        }
        lock.lock();
        try {
            int length = (int) Math.max(0, Math.min(LONGEST_LINE, offset - ring.oldest()));
            byte[] before = new byte[length];
            ring.copy(offset - length, before, 0, length);
            int start = length;
            while (start > 0 && before[start - 1] != '\n') {
                start--;
            }
            return Arrays.copyOfRange(before, start, length);
        } finally {
            lock.unlock();
        }
    }

    /** Whether everything that arrived was taken, and nothing was cut off. */
    boolean isExhausted() {
        lock.lock();
        try {
            return complete && cursor == ring.end();
        } finally {
            lock.unlock();
        }
    }

    /** Whether no byte can enter before some are taken. */
    boolean isFull() {
        lock.lock();
        try {
            return !eof && room() == 0;
        } finally {
            lock.unlock();
        }
    }

    SessionStatus.Output status() {
        lock.lock();
        try {
            return new SessionStatus.Output(
                    ring.oldest(), cursor, ring.end(), ring.capacity(), eof, eof ? null : silentSince);
        } finally {
            lock.unlock();
        }
    }
}
