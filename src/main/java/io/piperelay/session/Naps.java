package io.piperelay.session;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Wakes all waiting threads by one clock when it is time for them to look around. Without it, each wait would set and cancel
 * a timer, and for a virtual thread each of the two can wake the thread that keeps the timers (JDK 25), as often as any other
 * switch of threads in an exchange.
 */
final class Naps {

    static final long FOREVER = Long.MAX_VALUE;

    /** Shorter naps have a timer: the clock wakes threads too early by up to this much. */
    private static final long TICK = Duration.ofMillis(250).toNanos();

    /** Who naps, and until when, by {@link System#nanoTime}. */
    private static final ConcurrentMap<Thread, Long> ENDS = new ConcurrentHashMap<>();

    private static final Thread CLOCK = new Thread(null, Naps::run, "naps", 0, false);

    private static volatile boolean idle;

    static {
        CLOCK.setDaemon(true);
        try {
            CLOCK.start();
        } catch (OutOfMemoryError e) {
            // The system has no thread for it. Then all naps have timers.
        }
    }

    private Naps() {}

    /**
     * Parks the calling thread until somebody unparks it, but no longer than this; it may also return early for no reason.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    static void take(long nanos) throws InterruptedException {
        if (nanos <= 2 * TICK || !CLOCK.isAlive()) {
            LockSupport.parkNanos(nanos);
        } else if (nanos == FOREVER) {
            LockSupport.park();
        } else {
            parkUntilWoken(System.nanoTime() + nanos);
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private static void parkUntilWoken(long end) {
        Thread self = Thread.currentThread();
        ENDS.put(self, end);
        if (idle) {
            LockSupport.unpark(CLOCK);
        }
        LockSupport.park();
        ENDS.remove(self);
    }

    private static void run() {
        while (true) {
            idle = true;
            if (ENDS.isEmpty()) {
                LockSupport.park();
            }
            idle = false;
            LockSupport.parkNanos(TICK);
            try {
                wakeWhoseTimeComes();
            } catch (OutOfMemoryError e) {
                // Those who nap have no other clock. There may be memory at the next tick.
            }
        }
    }

    private static void wakeWhoseTimeComes() {
        long now = System.nanoTime();
        ENDS.forEach((thread, end) -> {
            if (end - now <= TICK) {
                LockSupport.unpark(thread);
            }
        });
    }
}
