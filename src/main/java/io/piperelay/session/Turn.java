package io.piperelay.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The right to write, to read or to exchange: one holder at a time, in order of arrival. It belongs to what a request does
 * rather than to its thread, so that another thread may end it.
 */
final class Turn {

    /** In the line of those who wait, until it has the turn. */
    private static final class Place {

        private final Thread thread = Thread.currentThread();
        private volatile boolean hasTurn;

        Place(boolean hasTurn) {
            this.hasTurn = hasTurn;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock") private final Deque<Place> line = new ArrayDeque<>();

    @GuardedBy("lock") private boolean taken;

    /** Waits for the turn; false if the deadline passed first. */
    boolean begin(Deadline deadline) throws InterruptedException {
        Place place = enter();
        try {
            while (!place.hasTurn && deadline.nap(() -> place.hasTurn)) {
                // Woken by the turn's end, or to look around.
            }
        } catch (Throwable e) {
            if (leave(place)) {
                end();
            }
            throw e;
        }
        return leave(place);
    }

    private Place enter() {
        lock.lock();
        try {
            var place = new Place(!taken);
            if (taken) {
                line.add(place);
            }
            taken = true;
            return place;
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether it has the turn. */
    private boolean leave(Place place) {
        lock.lock();
        try {
            if (!place.hasTurn) {
                line.remove(place);
            }
            return place.hasTurn;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the turn if nobody has it. */
    boolean tryBegin() {
        lock.lock();
        try {
            boolean free = !taken;
            taken = true;
            return free;
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            Place next = line.poll();
            taken = next != null;
            if (next != null) {
                next.hasTurn = true;
                LockSupport.unpark(next.thread);
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isTaken() {
        lock.lock();
        try {
            return taken;
        } finally {
            lock.unlock();
        }
    }

    boolean isAwaited() {
        lock.lock();
        try {
            return !line.isEmpty();
        } finally {
            lock.unlock();
        }
    }
}
