package io.piperelay.session;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The place in line behind the child's pipe, for one chunk of input. What found room here counts as accepted.
 *
 * <p>Writers {@link #put} chunks in and wait, as long as their {@link Deadline} lasts, for the place to become free. The
 * pump takes them out with {@link #passOn}; it is the only one that blocks on the pipe itself. {@link #end} closes the
 * input behind what was accepted; {@link #refuse} turns everybody away from now on and wakes those who wait.
 */
final class InputSlot {

    static final int CHUNK = 64 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    /** Signalled to all when the place was filled or freed, or the input was ended or refused. */
    private final Condition changed = lock.newCondition();

    private final byte[] chunk = new byte[CHUNK];
    private int length;
    private boolean messageEnds;
    private long offset;
    private boolean ended;
    private @Nullable Supplier<? extends PipeException> refusal;

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
     * @param count 1 to {@link #CHUNK}
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

    private void turnAway() {
        if (refusal != null) {
            throw refusal.get();
        }
        if (ended) {
            throw PipeException.inputClosed();
        }
    }

    /** Says that a message ends with the byte that was accepted last. */
    void endMessage() {
        change(() -> messageEnds = true);
    }

    /** Closes the child's input as soon as it has got what was accepted. */
    void end() {
        change(() -> ended = true);
    }

    /** Accepts nothing more, for this reason; what was accepted still goes its way. A later reason replaces it. */
    void refuse(Supplier<? extends PipeException> reason) {
        change(() -> refusal = reason);
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
     * Waits for a chunk and writes it to the pipe, which may block for any time; then the place is free again.
     *
     * @return false if nothing more will come and everything was passed on
     */
    boolean passOn(OutputStream pipe) throws IOException, InterruptedException {
        int count;
        boolean flush;
        lock.lockInterruptibly();
        try {
            while (length == 0 && !messageEnds && !ended && refusal == null) {
                changed.await();
            }
            if (length == 0 && !messageEnds) {
                return false;
            }
            count = length;
            flush = messageEnds;
        } finally {
            lock.unlock();
        }
        if (count > 0) {
            pipe.write(chunk, 0, count);
        }
        if (flush) {
            pipe.flush();
        }
        change(() -> {
            length = 0;
            messageEnds &= !flush;
        });
        return true;
    }
}
