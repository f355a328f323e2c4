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
    private static final int ORPHANED = 1;

    /** Read at once, because an orphan gets another parent, which must not be mistaken for its own. */
    private final long firstParent = ProcStat.parent();

    private volatile boolean alive = true;

    ParentWatch() {
        super("parent-watch");
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

    private static void awaitEndOfParent() throws InterruptedException {
        // The classes behind ProcessHandle take long to load, which should not delay the first answer.
        pause();
        ProcessHandle self = ProcessHandle.current();
        Optional<ProcessHandle> parent = self.parent();
        while (parent.isPresent() && parent.equals(self.parent())) {
            pause();
        }
    }

    private static void pause() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(INTERVAL_MILLIS);
    }
}
