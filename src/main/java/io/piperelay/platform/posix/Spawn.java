package io.piperelay.platform.posix;

import com.sun.jna.LastErrorException;
import io.piperelay.platform.NativeCallException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Starts programs by the JDK, which launches first, and then starts the thread that waits for the child's end. When there
 * are no more threads to be had, nobody would know the child, and nobody would bury it; so that is done here. (The JDK
 * remembers the number of such a child as one that it waits for; of a later child with the same number it would miss the
 * end. The kernel gives all other numbers away first.)
 */
final class Spawn {

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final long PAUSE_NANOS = Duration.ofMillis(1).toNanos();

    private Spawn() {}

    /**
     * @param itself tells the started program from this process' other children
     * @throws NativeCallException if it could not be started, or not be waited for; then nothing of it is left
     */
    static Process start(ProcessBuilder builder, Predicate<ProcessHandle> itself) throws NativeCallException {
        try {
            return builder.start();
        } catch (IOException e) {
            throw Errno.failed("posix_spawn", e);
        } catch (OutOfMemoryError e) {
            ProcessHandle.current().children().filter(itself).forEach(Spawn::end);
            throw Errno.failed("pthread_create", LibC.EAGAIN);
        }
    }

    private static void end(ProcessHandle child) {
        new ProcessSession(child).kill();
        bury(child.pid());
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
