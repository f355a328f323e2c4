package io.piperelay.session;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What threads that hold a lock wait for; like a {@link java.util.concurrent.locks.Condition}, but for {@link Naps}. All
 * methods are for a thread that holds the lock, once.
 */
final class Signal {

    private final ReentrantLock lock;

    /** Guarded by the lock. */
    private final Set<Thread> waiting = new HashSet<>();

    Signal(ReentrantLock lock) {
        this.lock = lock;
    }

    /** Waits without the lock until it is signalled; may return early, so that the caller has to check why it waits. */
    void await() throws InterruptedException {
        await(Naps.FOREVER);
    }

    void await(long nanos) throws InterruptedException {
        Thread self = Thread.currentThread();
        waiting.add(self);
        lock.unlock();
        try {
            Naps.take(nanos);
        } finally {
            lock.lock();
            waiting.remove(self);
        }
    }

    void signalAll() {
        waiting.forEach(LockSupport::unpark);
        waiting.clear();
    }
}
