package io.piperelay.web.tomcat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Starts the threads that carry virtual threads, and keeps them.
 *
 * <p>The JDK starts them when they are wanted and ends them when they were idle for 30 s. Should the system have no thread
 * to spare when they are wanted again, its scheduler loses count of them, and no virtual thread ever runs again (seen with
 * 25.0.3).
 */
final class CarrierThreads {

    private static final Duration START = Duration.ofSeconds(2);
    private static final Duration PULSE = Duration.ofSeconds(10);

    private CarrierThreads() {}

    /** @param virtualThreads runs each task on a virtual thread of its own */
    static void keep(Executor virtualThreads, ScheduledExecutorService scheduler) {
        startAll(virtualThreads);
        scheduler.scheduleWithFixedDelay(
                () -> pulse(virtualThreads), PULSE.toSeconds(), PULSE.toSeconds(), TimeUnit.SECONDS);
    }

    private static void pulse(Executor virtualThreads) {
        try {
            virtualThreads.execute(() -> {});
        } catch (RuntimeException | OutOfMemoryError e) {
            // No reason never to try again, as the scheduler would take it.
        }
    }

    /** By tasks that keep their carriers until each has one. */
    private static void startAll(Executor virtualThreads) {
        int carriers = Integer.getInteger(
                "jdk.virtualThreadScheduler.parallelism", Runtime.getRuntime().availableProcessors());
        var running = new CountDownLatch(carriers);
        long deadline = System.nanoTime() + START.toNanos();
        for (int i = 0; i < carriers; i++) {
            virtualThreads.execute(() -> {
                running.countDown();
                while (running.getCount() > 0 && System.nanoTime() < deadline) {
                    Thread.onSpinWait();
                }
                LockSupport.parkNanos(1); // This starts the threads that wake sleepers.
            });
        }
    }
}
