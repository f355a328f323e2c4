package io.piperelay.session;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one request sends to the child: its body, and perhaps a terminator after it. Read once, in chunks, by one thread; no
 * more than one chunk is ever in memory.
 */
public final class ChunkedBody {

    /** The buffer grows as bytes arrive: most messages are short, and some never arrive. */
    private static final int FIRST = 4096;

    private final InputStream body;
    private final byte[] terminator;
    private final long maxLength;
    private final BooleanSupplier gone;
    private final int mostOfChunk;
    private byte[] chunk;
    private @Nullable MessageDigest digest;
    private long bodyLeft;
    private int length;
    private long read;
    private boolean complete;
    private @Nullable SocketTimeoutException overdue;

    /**
     * @param bodyLength in bytes; negative if that is known only at the body's end
     * @param terminator may be empty
     * @param maxLength the maximum number of bytes, including the terminator
     * @param gone whether the sender has disconnected; quick, called by the reading thread
     */
    public ChunkedBody(InputStream body, long bodyLength, byte[] terminator, long maxLength, BooleanSupplier gone) {
        this.body = body;
        this.bodyLeft = bodyLength;
        this.terminator = terminator;
        this.maxLength = maxLength;
        this.gone = gone;
        this.mostOfChunk =
                bodyLength < 0 ? PipeSession.CHUNK : (int) Math.min(PipeSession.CHUNK, bodyLength + terminator.length);
        this.chunk = new byte[Math.min(FIRST, mostOfChunk)];
    }

    /** Computes a digest of everything that is read. To be called before anything is read. */
    void digestAll() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has it", e);
        }
    }

    /** What distinguishes this message from others, once all of it has been read. */
    byte[] digest() {
        return Objects.requireNonNull(digest).digest();
    }

    boolean isSenderGone() {
        return gone.getAsBoolean();
    }

    /**
     * Reads the first chunk, and with it the whole of a short message.
     *
     * @throws PipeException {@code REQUEST_TOO_LARGE} if the message is already known to be too long
     */
    void begin() throws IOException {
        refuseBeyond(maxLength - terminator.length, bodyLeft);
        next();
    }

    private void refuseBeyond(long limit, long bytes) {
        if (bytes > limit) {
            throw PipeException.requestTooLarge(maxLength);
        }
    }

    byte[] chunk() {
        return chunk;
    }

    /** How many bytes of the chunk are filled; 0 at the message's end. */
    int length() {
        return length;
    }

    /**
     * Fills the chunk with what comes next. If the body's length is known, waits for as much as fits, so that a short message
     * is a single chunk with its terminator; otherwise takes what is there.
     *
     * @throws PipeException {@code REQUEST_TOO_LARGE} if this chunk makes the message too long; then none of it was accepted
     */
    void next() throws IOException {
        if (overdue != null) {
            throw overdue;
        }
        length = complete ? 0 : Math.max(0, bodyLeft < 0 ? readUnknown() : readKnown());
        boolean bodyEnded = bodyLeft == 0 || (bodyLeft < 0 && length == 0);
        if (bodyEnded && !complete && length + terminator.length <= mostOfChunk) {
            makeRoom(length + terminator.length);
            System.arraycopy(terminator, 0, chunk, length, terminator.length);
            length += terminator.length;
            complete = true;
        }
        if (digest != null) {
            digest.update(chunk, 0, length);
        }
        read += length;
        refuseBeyond(maxLength, read);
    }

    private int readUnknown() throws IOException {
        if (length == chunk.length) {
            makeRoom(2 * length);
        }
        return body.read(chunk);
    }

    private int readKnown() throws IOException {
        int wanted = (int) Math.min(mostOfChunk, bodyLeft);
        int count = fill(wanted);
        bodyLeft = count < wanted && overdue == null ? 0 : bodyLeft - count;
        return count;
    }

    /** Reads this many bytes. If they don't arrive in time, those that did count; the next read fails for the rest. */
    private int fill(int wanted) throws IOException {
        int count = 0;
        try {
            for (int read = 0; read >= 0 && count < wanted; count += Math.max(0, read)) {
                if (count == chunk.length) {
                    makeRoom(2 * count);
                }
                read = body.read(chunk, count, Math.min(chunk.length, wanted) - count);
            }
        } catch (SocketTimeoutException e) {
            if (count == 0) {
                throw e;
            }
            overdue = e;
        }
        return count;
    }

    private void makeRoom(int wanted) {
        if (chunk.length < wanted && chunk.length < mostOfChunk) {
            chunk = Arrays.copyOf(chunk, Math.min(wanted, mostOfChunk));
        }
    }
}
