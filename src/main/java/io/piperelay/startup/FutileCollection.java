package io.piperelay.startup;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Detects that the process does hardly anything but collect garbage while the heap stays full. The parallel collector gives
 * up by itself in this case, with an OutOfMemoryError (the JVM option UseGCOverheadLimit); G1, the collector of servers,
 * goes on as long as it frees a little each time, and the service would neither answer nor end.
 *
 * <p>Not thread-safe.
 */
public final class FutileCollection {

    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final int INTERVALS = 6;

    /** The fraction of time that is spent collecting. */
    private static final double NEARLY_ALL = 0.9;

    /** The fraction of the heap that is nevertheless in use; a collector cannot always use all of it. */
    private static final double FULL = 0.8;

    private final int intervals;
    private long lastMillis;
    private long lastCollecting;
    private int futileInARow;

    /** @param intervals in how many successive intervals it has to be observed */
    FutileCollection(int intervals) {
        this.intervals = intervals;
    }

    /** Checks every five seconds, as long as the process lives, and ends it after half a minute of futile collection. */
    public static void watch() {
        watch(INTERVAL, INTERVALS);
    }

    static void watch(Duration interval, int intervals) {
        var futile = new FutileCollection(intervals);
        List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(collector -> !runsBesides(collector))
                .toList();
        var thread = new Thread(
                () -> {
                    while (!futile.isSeen(now(), collecting(collectors), usedOfHeap())) {
                        pause(interval);
                    }
                    OutOfMemoryExit.end();
                },
                "pipe-relay-memory");
        thread.setDaemon(true);
        thread.start();
    }

    /** The concurrent cycles of ZGC and Shenandoah, which stop nobody; their pauses are reported by separate beans. */
    private static boolean runsBesides(GarbageCollectorMXBean collector) {
        return collector.getName().endsWith("Cycles");
    }

    private static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private static long collecting(List<GarbageCollectorMXBean> collectors) {
        return collectors.stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }

    private static double usedOfHeap() {
        Runtime runtime = Runtime.getRuntime();
        return (double) (runtime.totalMemory() - runtime.freeMemory()) / runtime.maxMemory();
    }

    private static void pause(Duration interval) {
        try {
            Thread.sleep(interval.toMillis());
        } catch (InterruptedException e) {
            // Nobody has a reason to interrupt it, so it continues.
        }
    }

    /**
     * @param millis the current time, from any origin
     * @param collecting how many milliseconds have been spent collecting so far
     * @param used how much of the heap is in use, from 0 to 1
     */
    boolean isSeen(long millis, long collecting, double used) {
        boolean hardlyAnythingElse = collecting - lastCollecting >= NEARLY_ALL * (millis - lastMillis);
        futileInARow = hardlyAnythingElse && used >= FULL ? futileInARow + 1 : 0;
        lastMillis = millis;
        lastCollecting = collecting;
        return futileInARow >= intervals;
    }
}
