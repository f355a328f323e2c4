package io.piperelay.web;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnThreading;
import org.springframework.boot.thread.Threading;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.stereotype.Component;

/**
 * Starts the carriers of virtual threads, and keeps them alive. Without it, no request might ever be answered again once
 * the system has run out of threads.
 *
 * <p>The JDK starts carriers on demand and ends them after 30 s of idling. If the system has no thread to spare when they
 * are needed again, the scheduler loses count of them, and no virtual thread ever runs again (seen with 25.0.3).
 */
@Component
@ConditionalOnThreading(Threading.VIRTUAL)
final class CarrierThreads implements DisposableBean {

    private static final Duration START = Duration.ofSeconds(2);
    private static final Duration PULSE = Duration.ofSeconds(10);

    private final Executor virtualThreads = new VirtualThreadTaskExecutor("carried-");
    private final ScheduledExecutorService pulse = Executors.newSingleThreadScheduledExecutor(CarrierThreads::daemon);

    CarrierThreads() {
        startAll();
        var unused = pulse.scheduleWithFixedDelay(this::use, PULSE.toSeconds(), PULSE.toSeconds(), TimeUnit.SECONDS);
    }

    private static Thread daemon(Runnable task) {
        var thread = new Thread(task, "carrier-pulse");
        thread.setDaemon(true);
        return thread;
    }

    private void use() {
        try {
            virtualThreads.execute(() -> {});
        } catch (RuntimeException | OutOfMemoryError e) {
            // Must not escape, or the scheduler would never run this task again.
        }
    }

    /** Submits tasks that each hold a carrier until all have one. */
    private void startAll() {
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

    @Override
    public void destroy() {
        pulse.shutdownNow();
    }
}
