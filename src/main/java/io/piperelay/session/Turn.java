package io.piperelay.session;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The right to write, to read or to exchange: one holder at a time, in order of arrival. It belongs to what a request does
 * rather than to its thread, so that another thread may end it.
 */
final class Turn {

    private final Semaphore free = new Semaphore(1, true);

    /** Waits for the turn; false if the deadline passed first. */
    boolean begin(Deadline deadline) throws InterruptedException {
        return deadline.acquire(nanos -> free.tryAcquire(nanos, TimeUnit.NANOSECONDS));
    }

    /** Takes the turn if nobody has it, even if others wait for it. */
    boolean tryBegin() {
        return free.tryAcquire();
    }

    void end() {
        free.release();
    }

    boolean isTaken() {
        return free.availablePermits() == 0;
    }

    boolean isAwaited() {
        return free.hasQueuedThreads();
    }
}
