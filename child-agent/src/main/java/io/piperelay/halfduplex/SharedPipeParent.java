package io.piperelay.halfduplex;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * The parent's side of a conversation over one shared pipe: two streams that behave almost as if there were two pipes.
 *
 * <p>{@link #input()} and {@link #output()} are for two platform threads; each stream is used by one thread at a time. The
 * closing methods may be called by any thread.
 *
 * <ul>
 *   <li>{@code input().write} buffers a request and {@code flush} ends it. Both wait for the parent's turn, which comes
 *       when the answer to the previous request has been read completely from {@code output()}: output that nobody reads
 *       blocks the writer, as it does with two pipes. Flushing without having written sends nothing. Both fail with an
 *       {@link IOException} if the child has exited.
 *   <li>{@code input().close} announces the end of the input after what was written. It does not wait: if it is not the
 *       parent's turn, the thread that reads the output sends the announcement as soon as it is. A waiting writer fails.
 *   <li>{@code output().read} waits for the child's answer and returns its bytes as they arrive. It ends when the child
 *       has answered the end of the input, or has exited and left nothing behind.
 *   <li>{@link #close} wakes both: the writer fails, the output ends.
 * </ul>
 *
 * <p>A waiting thread that is interrupted fails with {@link InterruptedIOException}. Nothing here closes the ends of the
 * pipe, which belong to the caller; it closes this object first.
 */
public final class SharedPipeParent implements Closeable {

    /** How often a thread that waits for something else checks whether the child is still alive. */
    private static final long LOOK_AFTER_CHILD_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final SharedPipe pipe;
    private final BooleanSupplier childAlive;
    private final OutputStream input = new Input();
    private final InputStream output = new Output();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock, which is never held during I/O on the pipe, so that closing never waits for the pipe.
    private final byte[] request = new byte[Frame.MAX_PAYLOAD];
    private int requested;
    private boolean answerDue;
    private boolean inputClosed;
    private boolean endSent;
    private boolean closed;

    // Confined to the thread that reads the output.
    private Frame answer = Frame.empty();
    private int taken;

    /**
     * @param readEnd whose {@code available()} counts the bytes in the pipe
     * @param writeEnd of the same pipe, which holds {@value Frame#MAX_SIZE} bytes or more
     * @param childAlive called repeatedly while waiting, so it should be cheap
     */
    public SharedPipeParent(InputStream readEnd, OutputStream writeEnd, BooleanSupplier childAlive) {
        this.pipe = new SharedPipe(Side.PARENT, readEnd, writeEnd);
        this.childAlive = childAlive;
    }

    /** Towards the child. */
    public OutputStream input() {
        return input;
    }

    /** From the child; {@code available()} is what is left of the current frame. */
    public InputStream output() {
        return output;
    }

    /** Ends the conversation on this side without notifying the child. Never blocks; idempotent. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll(); // both threads give up
        } finally {
            lock.unlock();
        }
    }

    // The writing thread

    private void write(byte[] source, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int count = gather(source, offset + done, length - done);
            if (count == 0) {
                pipe.send(takeTurn(true));
            }
            done += count;
        }
    }

    private int gather(byte[] source, int offset, int length) throws IOException {
        lock.lock();
        try {
            requireOpen();
            int count = Math.min(length, request.length - requested);
            System.arraycopy(source, offset, request, requested, count);
            requested += count;
            return count;
        } finally {
            lock.unlock();
        }
    }

    private void flush() throws IOException {
        if (hasRequest()) {
            pipe.send(takeTurn(false));
        }
    }

    private boolean hasRequest() {
        lock.lock();
        try {
            return requested > 0 && !inputClosed;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the parent's turn and takes it with what has been buffered. */
    private Frame takeTurn(boolean more) throws IOException {
        while (true) {
            if (!childAlive.getAsBoolean()) {
                throw new IOException("the child has exited");
            }
            lock.lock();
            try {
                requireOpen();
                if (!answerDue) {
                    return takeRequest(more);
                }
                await(LOOK_AFTER_CHILD_NANOS);
            } finally {
                lock.unlock();
            }
        }
    }

    private Frame takeRequest(boolean more) {
        Frame frame = more ? Frame.more(request, requested) : Frame.last(request, requested);
        requested = 0;
        answerDue = true;
        changed.signalAll(); // the reader polls the pipe more often now
        return frame;
    }

    private void requireOpen() throws IOException {
        if (closed || inputClosed) {
            throw new IOException("the child's input is closed");
        }
    }

    // The thread that closes the input, or the reading thread on its behalf

    private void closeInput() throws IOException {
        lock.lock();
        try {
            inputClosed = true;
            changed.signalAll(); // a writer that waits for its turn gives up
        } finally {
            lock.unlock();
        }
        announceEnd();
    }

    /** Sends the last frame if it is due and the turn is free. */
    private void announceEnd() throws IOException {
        Frame end;
        lock.lock();
        try {
            if (!inputClosed || endSent || answerDue || closed) {
                return;
            }
            end = Frame.end(request, requested);
            endSent = true;
            answerDue = true;
            changed.signalAll(); // the reader polls the pipe more often now
        } finally {
            lock.unlock();
        }
        pipe.send(end);
    }

    // The reading thread

    private int read(byte[] target, int offset, int length) throws IOException {
        while (taken == answer.length()) {
            if (!nextFrame()) {
                return -1;
            }
            passTurnWhenAnswered();
        }
        int count = answer.copy(taken, target, offset, length);
        taken += count;
        passTurnWhenAnswered();
        return count;
    }

    private boolean nextFrame() throws IOException {
        boolean goOn = answer.hasMore();
        answer = Frame.empty();
        taken = 0;
        if (goOn) {
            pipe.send(Frame.empty());
        }
        Frame next = receive();
        if (next == null) {
            return false;
        }
        answer = next;
        return true;
    }

    /** Waits for the child's next frame; null when there will be none. */
    private Frame receive() throws IOException {
        BackOff backOff = new BackOff();
        while (awaitLook(backOff)) {
            // Checked before polling, so that a frame sent just before the child exits is not missed.
            boolean mayStillCome = childAlive.getAsBoolean();
            Frame frame = pipe.poll();
            if (frame != null || !mayStillCome) {
                return frame;
            }
        }
        return null;
    }

    /** Waits until the pipe should be polled again; false when the conversation is over. */
    private boolean awaitLook(BackOff backOff) throws IOException {
        lock.lock();
        try {
            if (answerDue) {
                awaitAnswer(backOff.nextNanos());
            } else if (!isOver()) {
                await(LOOK_AFTER_CHILD_NANOS);
                backOff.reset();
            }
            return !isOver();
        } finally {
            lock.unlock();
        }
    }

    private void awaitAnswer(long nanos) throws InterruptedIOException {
        if (nanos == 0) {
            Thread.onSpinWait();
        } else {
            await(nanos);
        }
    }

    private boolean isOver() {
        return closed || (endSent && !answerDue);
    }

    private void passTurnWhenAnswered() throws IOException {
        if (taken < answer.length() || answer.hasMore()) {
            return;
        }
        lock.lock();
        try {
            answerDue = false;
            changed.signalAll(); // the writer may send its next frame
        } finally {
            lock.unlock();
        }
        announceEnd();
    }

    @SuppressWarnings("WaitNotInLoop") // Each caller checks again.
    private void await(long nanos) throws InterruptedIOException {
        try {
            changed.awaitNanos(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the child");
        }
    }

    private final class Input extends OutputStream {

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, source.length);
            SharedPipeParent.this.write(source, offset, length);
        }

        @Override
        public void flush() throws IOException {
            SharedPipeParent.this.flush();
        }

        @Override
        public void close() throws IOException {
            closeInput();
        }
    }

    private final class Output extends InputStream {

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, target.length);
            return length == 0 ? 0 : SharedPipeParent.this.read(target, offset, length);
        }

        @Override
        public int available() {
            return answer.length() - taken;
        }
    }
}
