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
 * <p>Used by a single thread. What it writes to {@link #output()} is buffered, and sent when the answer fills a frame or
 * when the thread asks {@link #input()} for more than the parent has sent so far, which ends the child's turn. So
 * {@code read, write, read, ...} is a conversation, and any number of bytes may be written in between.
 *
 * <p>{@code input().read} waits for the parent's next frame; {@code output().write}, when the answer is longer than a
 * frame, waits until the parent has taken the previous part. While they wait, both check whether the parent is alive; if
 * it is not, the input ends and the output fails. If the thread is interrupted, they fail with
 * {@link InterruptedIOException}.
 *
 * <p>{@code output().close()} sends the rest of the last answer. Nothing here closes the ends of the pipe, which belong to
 * the caller.
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
     * @param parentAlive called repeatedly while waiting, so it should be cheap
     */
    public SharedPipeChild(InputStream readEnd, OutputStream writeEnd, BooleanSupplier parentAlive) {
        this.pipe = new SharedPipe(Side.CHILD, readEnd, writeEnd);
        this.parentAlive = parentAlive;
    }

    /** The parent's requests, one after the other; ends when the parent closes its input or has exited. */
    public InputStream input() {
        return input;
    }

    /** The answers to the parent. Nothing can be written before the first request has been read. */
    public OutputStream output() {
        return output;
    }

    /** Whether the request read so far is complete: the next byte, if any, belongs to another request. */
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
            throw new IOException("the parent has sent no request that could be answered");
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
            throw new IOException("the parent has exited");
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

    /** Waits for the parent's next frame; null if the parent has exited without sending one. */
    private Frame receive() throws IOException {
        BackOff backOff = new BackOff();
        while (true) {
            // Checked before polling, so that a frame sent just before the parent exits is not missed.
            boolean mayStillCome = parentAlive.getAsBoolean();
            Frame frame = pipe.poll();
            if (frame != null || !mayStillCome) {
                return frame;
            }
            long nanos = backOff.nextNanos();
            if (nanos == 0) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(this, nanos);
            }
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
