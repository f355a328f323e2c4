package io.piperelay.web.tomcat;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Large buffers, lent to connections that are moving many bytes. Without a limit on them, slow clients could fill the heap:
 * together they take a small part of it, and a connection that gets none uses its small one.
 */
final class LargeBuffers {

    /** The default capacity of a pipe on Linux. */
    static final int SIZE = 64 * 1024;

    private static final int PART_OF_THE_HEAP = 16;
    private static final long MOST = 1024;

    private final Semaphore free;
    private final ConcurrentLinkedQueue<ByteBuffer> returned = new ConcurrentLinkedQueue<>();

    LargeBuffers(int count) {
        this.free = new Semaphore(count);
    }

    static LargeBuffers ofHeap(long heap) {
        return new LargeBuffers((int) Math.min(MOST, heap / PART_OF_THE_HEAP / SIZE));
    }

    /** Returns one of them, empty, or null at once if none is free. */
    @Nullable Loan lend() {
        if (!free.tryAcquire()) {
            return null;
        }
        ByteBuffer buffer = returned.poll();
        return new Loan(buffer == null ? ByteBuffer.allocate(SIZE) : buffer.clear());
    }

    /** A buffer that has to be returned. */
    final class Loan {

        private final ByteBuffer buffer;
        private final AtomicBoolean over = new AtomicBoolean();

        private Loan(ByteBuffer buffer) {
            this.buffer = buffer;
        }

        ByteBuffer buffer() {
            return buffer;
        }

        /** Returns the buffer, which is no longer used by anybody. */
        void giveBack() {
            if (over.compareAndSet(false, true)) {
                returned.add(buffer);
                free.release();
            }
        }

        /** Returns a new one in its place, because this one may still be in use. */
        void abandon() {
            if (over.compareAndSet(false, true)) {
                free.release();
            }
        }
    }
}
