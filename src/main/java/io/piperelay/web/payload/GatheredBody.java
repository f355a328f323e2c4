package io.piperelay.web.payload;

import io.piperelay.web.problem.ProblemException;
import io.piperelay.web.problem.ProblemType;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.Semaphore;

/**
 * A body that has to be known to its end before any of it is written. All such bodies together take no more than a part of
 * the heap, until they are closed.
 *
 * <p>Not thread-safe.
 */
public final class GatheredBody implements AutoCloseable {

    private static final int PART_OF_THE_HEAP = 4;

    /** What a byte of a body takes at most while it is copied to more room, or converted. */
    private static final int WEIGHT = 4;

    private static final int FIRST = 4096;

    private final int limit;
    private final Semaphore heap;
    private byte[] bytes = {};
    private int length;
    private int reserved;

    private GatheredBody(int limit, Semaphore heap) {
        this.limit = limit;
        this.heap = heap;
    }

    /** One that is added to as it arrives. */
    static GatheredBody empty(int limit, Semaphore heap) {
        return new GatheredBody(limit, heap);
    }

    /** What all bodies may take together. */
    static Semaphore heap() {
        return new Semaphore(
                (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / PART_OF_THE_HEAP));
    }

    /** The longest body that fits into what all may take, while there is no other. */
    static int longest(Semaphore heap) {
        return heap.availablePermits() / WEIGHT - 1;
    }

    /**
     * Reads the body to its end.
     *
     * @param bodyLength in bytes; negative if that is known only at the body's end
     * @param limit the maximum number of bytes
     * @throws ProblemException {@code RESOURCES_EXHAUSTED} if there is no room for it at the moment
     */
    static GatheredBody of(InputStream body, long bodyLength, int limit, Semaphore heap) throws IOException {
        var gathered = new GatheredBody(limit, heap);
        try {
            gathered.read(body, bodyLength);
            return gathered;
        } catch (Throwable e) {
            gathered.close();
            throw e;
        }
    }

    private void read(InputStream body, long bodyLength) throws IOException {
        refuseBeyond(bodyLength);
        makeRoom(bodyLength < 0 ? FIRST : (int) bodyLength + 1);
        for (int count = 0; count >= 0; count = body.read(bytes, length, bytes.length - length)) {
            length += count;
            refuseBeyond(length);
            if (length == bytes.length) {
                makeRoom((int) Math.min(limit + 1L, 2L * length));
            }
        }
    }

    private void refuseBeyond(long count) {
        if (count > limit) {
            throw ProblemException.bodyTooLarge(limit);
        }
    }

    /**
     * @throws ProblemException {@code REQUEST_TOO_LARGE} if it becomes too long by that
     * @throws ProblemException {@code RESOURCES_EXHAUSTED} if there is no room for it at the moment
     */
    public void add(byte[] more) {
        refuseBeyond((long) length + more.length);
        if (length + more.length > bytes.length) {
            makeRoom((int) Math.min(limit + 1L, Math.max(length + more.length, 2L * length)));
        }
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
    }

    private void makeRoom(int wanted) {
        int more = WEIGHT * (wanted - bytes.length);
        if (!heap.tryAcquire(more)) {
            throw new ProblemException(
                    ProblemType.RESOURCES_EXHAUSTED,
                    "Too many bodies that have to be known as a whole are arriving. Try again later.");
        }
        reserved += more;
        bytes = Arrays.copyOf(bytes, wanted);
    }

    /** Of which the first {@link #length} count. */
    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    @Override
    public void close() {
        heap.release(reserved);
        reserved = 0;
    }
}
