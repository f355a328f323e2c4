package io.piperelay.platform.posix;

import com.sun.jna.LastErrorException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Children that the JDK has launched and then forgotten: it launches first, and then starts the thread that waits for the
 * child's end. When there are no more threads to be had, nobody knows the child, and nobody would bury it. (The JDK
 * remembers the number of such a child as one that it waits for; of a later child with the same number it would miss the
 * end. The kernel gives all other numbers away first.)
 */
final class LostChildren {

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final long PAUSE_NANOS = Duration.ofMillis(1).toNanos();

    private LostChildren() {}

    /** Kills those children of this process, and what they have started, and buries them. */
    static void end(Predicate<ProcessHandle> lost) {
        ProcessHandle.current().children().filter(lost).forEach(child -> {
            new ProcessSession(child).kill();
            bury(child.pid());
        });
    }

    private static void bury(long pid) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (LibC.waitpid((int) pid, null, LibC.WNOHANG) == 0 && System.nanoTime() < deadline) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (LastErrorException e) {
            // ECHILD: somebody else has buried it.
        }
    }
}
