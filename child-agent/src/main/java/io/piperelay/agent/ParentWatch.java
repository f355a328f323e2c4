package io.piperelay.agent;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Ends this process when its parent is gone, whatever it is doing: a parent that was killed cannot end it, and a child
 * that itself holds the other end of its pipe never sees the pipe's end.
 *
 * <p>Looks twice a second, on a daemon thread, and gives the conversation some time to notice and end by itself.
 */
final class ParentWatch extends Thread implements BooleanSupplier {

    private static final long INTERVAL_MILLIS = 500;
    private static final int ORPHANED = 1;

    private volatile boolean alive = true;

    ParentWatch() {
        super("parent-watch");
        setDaemon(true);
    }

    /** Whether the parent is still there, as far as is known. */
    @Override
    public boolean getAsBoolean() {
        return alive;
    }

    @Override
    public void run() {
        try {
            awaitEndOfParent();
            alive = false;
            TimeUnit.MILLISECONDS.sleep(INTERVAL_MILLIS);
        } catch (InterruptedException e) {
            // Nobody interrupts this thread; if somebody does, the process ends.
        }
        Runtime.getRuntime().halt(ORPHANED);
    }

    /** An orphan gets another parent on Linux, and has none on Windows. */
    private static void awaitEndOfParent() throws InterruptedException {
        ProcessHandle self = ProcessHandle.current();
        // At once, although it delays the first answer by a millisecond or two: a parent that ended before this look
        // is never missed.
        Optional<ProcessHandle> parent = self.parent();
        while (parent.isPresent() && parent.equals(self.parent())) {
            TimeUnit.MILLISECONDS.sleep(INTERVAL_MILLIS);
        }
    }
}
