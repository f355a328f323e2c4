package io.piperelay.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The place in line behind the child's pipe, for one chunk of input. What found room here counts as accepted.
 *
 * <p>Writers {@link #put} chunks in and wait, as long as their {@link Deadline} lasts, for the place to become free. The
 * pump alone {@linkplain #take takes} one, writes it to the pipe, and then {@linkplain #free frees} the place. {@link #end}
 * closes the input behind what was accepted; {@link #refuse} turns everybody away from now on and wakes those who wait.
 */
final class InputSlot {

    /**
     * What the pump carries on at once.
     *
     * @param bytes of which the first {@code length} count, perhaps none; left alone by everybody until the place is freed
     * @param endsMessage whether a message is whole with them
     */
    record Chunk(byte[] bytes, int length, boolean endsMessage) {}

    private final ReentrantLock lock = new ReentrantLock();
    /** Signalled to all when the place was filled or freed, or the input was ended or refused. */
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock") private final byte[] chunk = new byte[PipeSession.CHUNK];

    @GuardedBy("lock") private int length;

    @GuardedBy("lock") private boolean messageEnds;

    @GuardedBy("lock") private long offset;

    @GuardedBy("lock") private boolean ended;

    @GuardedBy("lock") private @Nullable Supplier<? extends PipeException> refusal;

    /** How many bytes were accepted since the session's start. */
    long offset() {
        lock.lock();
        try {
            return offset;
        } finally {
            lock.unlock();
        }
    }

    boolean isOpen() {
        lock.lock();
        try {
            return !ended && refusal == null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Accepts the bytes: all of them or, on any exception, none.
     *
     * @param count 1 to {@link PipeSession#CHUNK}
     * @throws PipeException {@code PIPE_FULL} if the place did not become free in time
     */
    void put(byte[] bytes, int from, int count, Deadline deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            turnAway();
            while (length > 0 || messageEnds) {
                if (!deadline.await(changed)) {
                    throw PipeException.pipeFull();
                }
                turnAway();
            }
            System.arraycopy(bytes, from, chunk, 0, count);
            length = count;
            offset += count;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock") private void turnAway() {
        if (refusal != null) {
            throw refusal.get();
        }
        if (ended) {
            throw PipeException.inputClosed();
        }
    }

    /** Says that a message ends with the byte that was accepted last. */
    void endMessage() {
        lock.lock();
        try {
            messageEnds = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Closes the child's input as soon as it has got what was accepted. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Accepts nothing more, for this reason; what was accepted still goes its way. A later reason replaces it. */
    void refuse(Supplier<? extends PipeException> reason) {
        lock.lock();
        try {
            refusal = reason;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for a chunk. The place stays filled until it is {@linkplain #free freed}.
     *
     * @return null if nothing more will come
     */
    @Nullable Chunk take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (length == 0 && !messageEnds && !ended && refusal == null) {
                changed.await();
            }
            return length > 0 || messageEnds ? new Chunk(chunk, length, messageEnds) : null;
        } finally {
            lock.unlock();
        }
    }

    /** Makes room for the next chunk: this one was carried on. A message may have ended with it meanwhile. */
    void free(Chunk taken) {
        lock.lock();
        try {
            length = 0;
            messageEnds &= !taken.endsMessage();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
