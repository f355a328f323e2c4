package io.piperelay.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Limits how much heap is spent on copies of output that wait to be written to clients, over all answers together. Output
 * that its window keeps is written from there and needs no copy.
 */
final class DeliveryBudget {

    /** The budget is this fraction of the heap: the windows, the connections and everything else need the rest. */
    private static final int PART_OF_THE_HEAP = 8;

    private static final int PART_OF_THE_BUDGET = 4;
    private static final byte[] NOTHING = {};

    private final ReentrantLock lock = new ReentrantLock();
    /** Signalled to all when a share is returned. */
    private final Signal freed = new Signal(lock);

    private final int largestShare;

    @GuardedBy("lock") private long free;

    /** @param size in bytes */
    DeliveryBudget(long size) {
        this.free = size;
        this.largestShare = (int) Math.min(Integer.MAX_VALUE / 2, size / PART_OF_THE_BUDGET);
    }

    static DeliveryBudget ofTheHeap() {
        return new DeliveryBudget(Runtime.getRuntime().maxMemory() / PART_OF_THE_HEAP);
    }

    /** The maximum number of bytes that one answer can copy. */
    int largestShare() {
        return largestShare;
    }

    /** A share for one answer, initially empty. */
    Share share() {
        return new Share();
    }

    /** Not thread-safe; closing returns it. */
    final class Share implements AutoCloseable {

        private byte[] bytes = NOTHING;

        /** The part of the budget that this share has. */
        byte[] bytes() {
            return bytes;
        }

        int largest() {
            return largestShare;
        }

        /**
         * Waits for space, and discards the content of the space that was too small.
         *
         * @param size in bytes, at most {@link #largest}
         * @return false if there was none before the deadline
         */
        boolean grow(int size, Deadline deadline) throws InterruptedException {
            if (size > bytes.length) {
                close();
                if (!take(size, deadline)) {
                    return false;
                }
                allocate(size);
            }
            return true;
        }

        /** @throws PipeException {@code TOO_MANY_DELIVERIES} if there was no space before the deadline */
        void growOrRefuse(int size, Deadline deadline) throws InterruptedException {
            if (!grow(size, deadline)) {
                throw PipeException.tooManyDeliveries();
            }
        }

        private void allocate(int size) {
            try {
                bytes = new byte[size];
            } finally {
                giveBack(size - bytes.length);
            }
        }

        @Override
        public void close() {
            int size = bytes.length;
            bytes = NOTHING;
            giveBack(size);
        }
    }

    private boolean take(int size, Deadline deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (free < size) {
                if (!deadline.await(freed)) {
                    return false;
                }
            }
            free -= size;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void giveBack(int size) {
        lock.lock();
        try {
            free += size;
            freed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
