package io.piperelay.halfduplex;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The child's side of a conversation over one shared pipe: requests come in, answers go out, as on two ordinary
 * streams.
 *
 * <p>For one single thread. What it writes to {@link #output()} is gathered and handed over when the answer fills a
 * frame, or when the thread asks {@link #input()} for more than the parent has sent so far, which ends the child's
 * turn. So {@code read, write, read, ...} is a conversation, and any number of bytes may be written in between.
 *
 * <p>{@code input().read} waits for the parent's next words; {@code output().write} waits, when the answer is longer
 * than a frame, until the parent has taken the part before. Both look whether the parent is still alive while they
 * wait: input then ends, and output fails. Interrupting the thread makes them fail with {@link InterruptedIOException}.
 *
 * <p>{@code output().close()} hands over what is left of the last answer. Nothing here closes the pipe's ends: they
 * belong to the caller.
 */
public final class SharedPipeChild {

    private final SharedPipe pipe;
    private final BooleanSupplier parentAlive;
    private final InputStream input = new Requests();
    private final OutputStream output = new Answer();

    private final byte[] answer = new byte[Frame.MAX_PAYLOAD];
    private int answered;
    private Frame request = Frame.empty();
    private int taken;
    private boolean childsTurn;

    /**
     * @param readEnd whose {@code available()} counts the bytes in the pipe
     * @param writeEnd of the same pipe, which nothing else may write to
     * @param parentAlive asked again and again while waiting, so it should be cheap
     */
    public SharedPipeChild(InputStream readEnd, OutputStream writeEnd, BooleanSupplier parentAlive) {
        this.pipe = new SharedPipe(Side.CHILD, readEnd, writeEnd);
        this.parentAlive = parentAlive;
    }

    /** What the parent says, one request after the other; ends when the parent closes its input or is gone. */
    public InputStream input() {
        return input;
    }

    /** What the parent gets to read. Nothing can be written before the first request was read. */
    public OutputStream output() {
        return output;
    }

    /** Whether what was read so far is complete: the next byte, if there is one, belongs to another request. */
    public boolean requestEnded() {
        return taken == request.length() && !request.hasMore();
    }

    private int read(byte[] target, int offset, int length) throws IOException {
        while (taken == request.length()) {
            if (request.isEnd() || !nextRequest()) {
                return -1;
            }
        }
        int count = request.copy(taken, target, offset, length);
        taken += count;
        return count;
    }

    private boolean nextRequest() throws IOException {
        endTurn();
        Frame next = receive();
        if (next == null) {
            return false;
        }
        request = next;
        taken = 0;
        childsTurn = true;
        return true;
    }

    private void write(byte[] source, int offset, int length) throws IOException {
        if (!childsTurn) {
            throw new IOException("the parent has not asked anything that could be answered");
        }
        int done = 0;
        while (done < length) {
            if (answered == answer.length) {
                sendPartOfAnswer();
            }
            int count = Math.min(length - done, answer.length - answered);
            System.arraycopy(source, offset + done, answer, answered, count);
            answered += count;
            done += count;
        }
    }

    private void sendPartOfAnswer() throws IOException {
        pipe.send(Frame.more(answer, answered));
        answered = 0;
        Frame goOn = receive();
        if (goOn == null) {
            throw new IOException("the parent is gone");
        }
        if (goOn.length() > 0) {
            throw new IOException("the parent did not wait for the end of an answer");
        }
    }

    private void endTurn() throws IOException {
        if (childsTurn) {
            childsTurn = false;
            pipe.send(Frame.last(answer, answered));
            answered = 0;
        }
    }

    /** Waits for the parent's next frame; null when the parent is gone and left none. */
    private Frame receive() throws IOException {
        BackOff backOff = new BackOff();
        while (true) {
            // Asked before the look, so that a frame sent just before the parent's end is not missed.
            boolean mayStillCome = parentAlive.getAsBoolean();
            Frame frame = pipe.poll();
            if (frame != null || !mayStillCome) {
                return frame;
            }
            LockSupport.parkNanos(this, backOff.nextNanos());
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted while waiting for the parent");
            }
        }
    }

    private final class Requests extends InputStream {

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, target.length);
            return length == 0 ? 0 : SharedPipeChild.this.read(target, offset, length);
        }

        @Override
        public int available() {
            return request.length() - taken;
        }
    }

    private final class Answer extends OutputStream {

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, source.length);
            SharedPipeChild.this.write(source, offset, length);
        }

        @Override
        public void close() throws IOException {
            endTurn();
        }
    }
}
