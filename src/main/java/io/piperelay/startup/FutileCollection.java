package io.piperelay.startup;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Notices that the process does hardly anything but collect garbage, with a heap that stays full all the same. The parallel
 * collector gives up by itself then, with an OutOfMemoryError (the JVM's option UseGCOverheadLimit); G1, which servers run
 * with, goes on for as long as it gains a little each time, and the service would neither answer nor end.
 *
 * <p>Used by one thread.
 */
public final class FutileCollection {

    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final int INTERVALS = 6;

    /** The share of the time that is spent on collecting. */
    private static final double NEARLY_ALL = 0.9;

    /** The share of the heap that is in use all the same; a collector cannot always use the last of it. */
    private static final double FULL = 0.8;

    private final int intervals;
    private long lastMillis;
    private long lastCollecting;
    private int futileInARow;

    /** @param intervals how often in a row it has to be seen */
    FutileCollection(int intervals) {
        this.intervals = intervals;
    }

    /** Looks every five seconds, for as long as the process lives, and ends it after half a minute. */
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

    /** The cycles of ZGC and Shenandoah, which take nobody's time; their pauses have collectors of their own. */
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
            // Nobody has a reason to: it goes on.
        }
    }

    /**
     * @param millis the time, of any origin
     * @param collecting how many milliseconds were spent on collecting so far
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
