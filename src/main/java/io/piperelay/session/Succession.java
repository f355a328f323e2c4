package io.piperelay.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Whether a session whose child has exited is followed by one that has the same child. It is not, unless somebody says that
 * it may be before the session's end is known, and nobody ends or replaces the session before it is.
 *
 * <p>Any thread may call any method.
 */
public final class Succession {

    private final ReentrantLock lock = new ReentrantLock();
    private final Signal changed = new Signal(lock);

    @GuardedBy("lock") private boolean expected;

    @GuardedBy("lock") private boolean refused;

    @GuardedBy("lock") private @Nullable String successor;

    /** Whoever asks from now on waits until it is decided. */
    public void expect() {
        lock.lock();
        try {
            expected = true;
        } finally {
            lock.unlock();
        }
    }

    /** Decides that no session follows, unless one does already. */
    public void refuse() {
        lock.lock();
        try {
            refused = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Decides that this session follows. */
    void decide(String next) {
        lock.lock();
        try {
            successor = next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether it is still to be decided. */
    public boolean isOpen() {
        lock.lock();
        try {
            return expected && !refused && successor == null;
        } finally {
            lock.unlock();
        }
    }

    /** The id of the session that follows; null if none does, or if that is not decided. */
    public @Nullable String successor() {
        lock.lock();
        try {
            return successor;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until it is decided.
     *
     * @return false if the deadline passed first
     */
    public boolean await(Deadline deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (isOpen()) {
                if (!deadline.await(changed)) {
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
