package io.piperelay.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.piperelay.platform.NonBlockingPipes;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds one chunk of input that waits to be written to the child's pipe. Bytes that are put here count as accepted.
 *
 * <p>Writers {@link #put} chunks in and wait, until their {@link Deadline}, for the slot to become free. Only the pump
 * {@linkplain #take takes} a chunk, writes it to the pipe, and then {@linkplain #free frees} the slot. {@link #end} closes
 * the input after what has been accepted; {@link #refuse} refuses all writers from then on and wakes those that wait.
 *
 * <p>What the pipe takes at once does not pass through the slot at all: while the slot is empty and open, the pump does not
 * touch the pipe, and a writer that holds the lock may.
 */
final class InputSlot {

    /**
     * What the pump writes at once.
     *
     * @param bytes of which the first {@code length} count, perhaps none; not modified until the slot is freed
     * @param endsMessage whether a message ends with them
     */
    record Chunk(byte[] bytes, int length, boolean endsMessage) {}

    /**
     * @param at when it was accepted, by {@link System#nanoTime}
     * @param lastByte of it
     * @param isEnd whether the end of the input follows
     */
    record LastInput(long at, byte lastByte, boolean isEnd) {}

    private static final byte[] NOTHING = {};

    private final @Nullable NonBlockingPipes nonBlocking;
    private final ReentrantLock lock = new ReentrantLock();
    /** Signalled to all when the slot is filled or freed, or the input is ended or refused. */
    private final Signal changed = new Signal(lock);

    @GuardedBy("lock") private final byte[] chunk = new byte[PipeSession.CHUNK];

    @GuardedBy("lock") private int length;

    @GuardedBy("lock") private boolean messageEnds;

    @GuardedBy("lock") private long offset;

    @GuardedBy("lock") private long messages;

    @GuardedBy("lock") private final WaitingTime blocked = new WaitingTime();

    /** When the last bytes were accepted, by {@link System#nanoTime}, and the last of them. */
    @GuardedBy("lock") private long acceptedAt;

    @GuardedBy("lock") private byte lastByte;

    /** What was known at the last {@link #status}: how far the child had read, and since when it could have read on. */
    @GuardedBy("lock") private long taken;

    @GuardedBy("lock") private @Nullable Instant untakenSince;

    @GuardedBy("lock") private boolean ended;

    /** Whether the bytes that were accepted last have not been in the slot. */
    @GuardedBy("lock") private boolean passedBy;

    @GuardedBy("lock") private @Nullable Supplier<? extends PipeException> refusal;

    /** For the pump alone, once it has carried on all that was accepted. */
    @GuardedBy("lock") private byte[] lastWords = NOTHING;

    /** @param nonBlocking null if only the pump can write to the pipe */
    InputSlot(@Nullable NonBlockingPipes nonBlocking) {
        this.nonBlocking = nonBlocking;
    }

    /** How many bytes have been accepted since the session's start. */
    long offset() {
        lock.lock();
        try {
            return offset;
        } finally {
            lock.unlock();
        }
    }

    /** How many messages have been accepted, if only in part. */
    long messages() {
        lock.lock();
        try {
            return messages;
        } finally {
            lock.unlock();
        }
    }

    /** For how long writers have waited for the slot to become free. */
    long blockedNanos() {
        lock.lock();
        try {
            return blocked.nanos();
        } finally {
            lock.unlock();
        }
    }

    SessionStatus.Input status() {
        lock.lock();
        try {
            Integer pending = nonBlocking == null ? null : nonBlocking.untaken();
            noteUntaken(length + (pending == null ? 0 : pending));
            return new SessionStatus.Input(offset, !ended && refusal == null, pending, untakenSince);
        } finally {
            lock.unlock();
        }
    }

    /**
     * What was accepted last waits at least since then. If the child has read nothing since the last look, what waited already
     * waits longer.
     */
    @GuardedBy("lock") private void noteUntaken(int waiting) {
        if (waiting == 0 || untakenSince == null || taken != offset - waiting) {
            untakenSince = waiting == 0 ? null : Instant.now().minusNanos(System.nanoTime() - acceptedAt);
        }
        taken = offset - waiting;
    }

    /** What was accepted last; null if nothing ever was. */
    @Nullable LastInput last() {
        lock.lock();
        try {
            return offset == 0 ? null : new LastInput(acceptedAt, lastByte, ended || refusal != null);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Accepts the bytes: all of them or, on any exception, none.
     *
     * @param count 1 to {@link PipeSession#CHUNK}
     * @throws PipeException {@code PIPE_FULL} if the slot did not become free in time
     */
    void put(byte[] bytes, int from, int count, Deadline deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            turnAway();
            if (isTaken()) {
                awaitRoom(deadline);
            }
            acceptedAt = System.nanoTime(); // Before the child can answer.
            lastByte = bytes[from + count - 1];
            passedBy = nonBlocking != null && nonBlocking.write(bytes, from, count);
            if (!passedBy) {
                System.arraycopy(bytes, from, chunk, 0, count);
                length = count;
                changed.signalAll();
            }
            offset += count;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock") private boolean isTaken() {
        return length > 0 || messageEnds;
    }

    @GuardedBy("lock") private void awaitRoom(Deadline deadline) throws InterruptedException {
        blocked.begin();
        try {
            while (isTaken()) {
                if (!deadline.await(changed)) {
                    throw PipeException.pipeFull();
                }
                turnAway();
            }
        } finally {
            blocked.end();
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

    /** Marks the byte that was accepted last as the end of a message. */
    void endMessage() {
        lock.lock();
        try {
            messages++;
            if (!passedBy) {
                messageEnds = true;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Closes the child's input once everything that was accepted has been written. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Accepts nothing more, for this reason; what was accepted is still written. A later reason replaces it. */
    void refuse(Supplier<? extends PipeException> reason) {
        refuse(reason, NOTHING);
    }

    /**
     * The same; but these bytes are still written, behind what was accepted, unless the input had already ended. They are no
     * client's, and so do not count.
     */
    void refuse(Supplier<? extends PipeException> reason, byte[] last) {
        lock.lock();
        try {
            lastWords = ended || refusal != null ? NOTHING : last;
            refusal = reason;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for a chunk. The slot stays filled until it is {@linkplain #free freed}.
     *
     * @return null if nothing more will come
     */
    @Nullable Chunk take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (length == 0 && !messageEnds && !ended && refusal == null) {
                changed.await();
            }
            return length > 0 || messageEnds ? new Chunk(chunk, length, messageEnds) : takeLastWords();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock") private @Nullable Chunk takeLastWords() {
        byte[] last = lastWords;
        lastWords = NOTHING;
        return last.length == 0 ? null : new Chunk(last, last.length, true);
    }

    /** Makes room for the next chunk, after this one has been written. A message may have ended with it in the meantime. */
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
