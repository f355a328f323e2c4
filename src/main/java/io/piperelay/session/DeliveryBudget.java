package io.piperelay.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How much heap is spent on copies of output that wait to be written to clients, over all answers together. What its
 * window keeps is written from there and needs no copy.
 */
final class DeliveryBudget {

    /** What the budget is of the heap: the windows, the connections and all else need the rest. */
    private static final int PART_OF_THE_HEAP = 8;

    private static final int PART_OF_THE_BUDGET = 4;
    private static final byte[] NOTHING = {};

    private final ReentrantLock lock = new ReentrantLock();
    /** Signalled to all when a share was given back. */
    private final Condition freed = lock.newCondition();

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

    /** How many bytes one answer can copy at most. */
    int largestShare() {
        return largestShare;
    }

    /** An answer's share, which is nothing yet. */
    Share share() {
        return new Share();
    }

    /** Used by one thread; closing gives it back. */
    final class Share implements AutoCloseable {

        private byte[] bytes = NOTHING;

        /** What of the budget is at hand already. */
        byte[] bytes() {
            return bytes;
        }

        int largest() {
            return largestShare;
        }

        /**
         * Waits for room, and loses what was in the room that was too small.
         *
         * @param size in bytes, at most {@link #largest}
         * @return false if there was none in time
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
