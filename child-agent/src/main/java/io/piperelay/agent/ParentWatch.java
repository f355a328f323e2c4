package io.piperelay.agent;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Ends this process when its parent has exited, whatever it is doing: a parent that was killed cannot end it, and a child
 * that itself holds the other end of its pipe never sees an end of file.
 *
 * <p>Checks twice a second, on a daemon thread, and gives the conversation some time to notice and end by itself.
 */
final class ParentWatch extends Thread implements BooleanSupplier {

    private static final long INTERVAL_MILLIS = 500;

    /**
     * HotSpot sets the timer of Windows to its finest resolution, one millisecond instead of some 16, while a thread sleeps for
     * a number of milliseconds that is not a multiple of ten. The short waits on a shared pipe need that.
     */
    private static final long INTERVAL_MILLIS_ON_A_SHARED_PIPE = 499;

    private static final int ORPHANED = 1;

    /** Read at once, because an orphan gets another parent, which must not be mistaken for its own. */
    private final long firstParent = ProcStat.parent();

    private final long intervalMillis;

    private volatile boolean alive = true;

    ParentWatch(boolean sharedPipe) {
        super("parent-watch");
        this.intervalMillis = sharedPipe ? INTERVAL_MILLIS_ON_A_SHARED_PIPE : INTERVAL_MILLIS;
        setDaemon(true);
    }

    /** Whether the parent is still running, as far as is known. */
    @Override
    public boolean getAsBoolean() {
        return alive;
    }

    @Override
    public void run() {
        try {
            if (firstParent == ProcStat.UNKNOWN) {
                awaitEndOfParent();
            } else {
                awaitAnotherParent();
            }
            alive = false;
            pause();
        } catch (InterruptedException e) {
            // Nobody interrupts this thread; if anybody does, the process ends.
        }
        Runtime.getRuntime().halt(ORPHANED);
    }

    private void awaitAnotherParent() throws InterruptedException {
        do {
            pause();
        } while (ProcStat.parent() == firstParent);
    }

    private void awaitEndOfParent() throws InterruptedException {
        // The classes behind ProcessHandle take long to load, which should not delay the first answer.
        pause();
        ProcessHandle self = ProcessHandle.current();
        Optional<ProcessHandle> parent = self.parent();
        while (parent.isPresent() && parent.equals(self.parent())) {
            pause();
        }
    }

    private void pause() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(intervalMillis);
    }
}
