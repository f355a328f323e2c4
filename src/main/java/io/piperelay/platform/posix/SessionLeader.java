package io.piperelay.platform.posix;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.UnsupportedSignalException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * A process that this one has started as the leader of a POSIX session. A thread starts it, waits for it to end and reaps
 * it; until then, its pid is not reused. All methods may be called by any thread at any time.
 */
final class SessionLeader {

    private final ProcessId id;
    private final ProcessSession session;
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();

    private SessionLeader(int pid) {
        // It exists, if only as a zombie, because nobody else reaps it.
        this.id = ProcStat.of(pid).map(ProcStat::id).orElse(new ProcessId(pid, "?"));
        this.session = new ProcessSession(pid, ProcStat::all);
    }

    /**
     * Returns once the program runs.
     *
     * @throws NativeCallException if it could not be started or waited for; then nothing of it is left
     */
    static SessionLeader start(Execution execution, OwnProcesses own) throws NativeCallException {
        var started = new CompletableFuture<SessionLeader>();
        var thread = new Thread(() -> run(execution, own, started), "pipe-relay-reaper");
        thread.setDaemon(true);
        try {
            // Before anything else: a process that no thread can wait for would stay a zombie.
            thread.start();
        } catch (OutOfMemoryError e) {
            throw Errno.failed("pthread_create", LibC.EAGAIN);
        }
        try {
            return started.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof NativeCallException refused) {
                throw refused;
            }
            throw e;
        }
    }

    private static void run(Execution execution, OwnProcesses own, CompletableFuture<SessionLeader> started) {
        try {
            SessionLeader leader = new SessionLeader(own.start(execution));
            started.complete(leader);
            leader.reap(own);
        } catch (Throwable e) {
            started.completeExceptionally(e);
        }
    }

    ProcessId id() {
        return id;
    }

    /** The process and all its descendants. */
    ProcessSession session() {
        return session;
    }

    boolean isRunning() {
        return !exitCode.isDone();
    }

    /** Waits for it to end; returns its exit code, or 128 plus the number of the signal that ended it. */
    int waitFor() throws InterruptedException {
        try {
            return exitCode.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("waiting for process " + id.pid() + " failed", e.getCause());
        }
    }

    /** Asks it to end, by SIGTERM. Does nothing once it has ended. */
    void terminate() {
        session.remember();
        signal((int) id.pid(), LibC.SIGTERM);
    }

    /**
     * Sends a signal to its process group; the descendants that it may lose by that are still killed later.
     *
     * @return false if it has ended
     * @throws UnsupportedSignalException if all of the group belong to another user
     */
    boolean signal(int signal) {
        if (isRunning()) {
            session.remember();
        }
        return switch (signal((int) -id.pid(), signal)) {
            case 0 -> true;
            case LibC.EPERM ->
                throw new UnsupportedSignalException(
                        "it runs as another user, whom the service may not signal", List.of());
            default -> false;
        };
    }

    /** Kills it and all its descendants, including those that outlived it. */
    void kill() {
        session.kill();
        // At least its process group, in case no descriptor is left for finding the others.
        signal((int) -id.pid(), LibC.SIGKILL);
    }

    /** Returns 0 if it was sent; ESRCH once it has ended; or EPERM, if it has become another user's. */
    private synchronized int signal(int pid, int signal) {
        if (!isRunning()) {
            return LibC.ESRCH;
        }
        try {
            return LibC.kill(pid, signal);
        } catch (LastErrorException e) {
            return e.getErrorCode();
        }
    }

    private void reap(OwnProcesses own) {
        try {
            awaitEnd();
            session.leaderEnded();
            release(own);
        } catch (Throwable e) {
            exitCode.completeExceptionally(e);
        }
    }

    private void awaitEnd() {
        try (var info = new Memory(LibC.SIGINFO)) {
            while (true) {
                try {
                    LibC.waitid(LibC.P_PID, (int) id.pid(), info, LibC.WEXITED | LibC.WNOWAIT);
                    return;
                } catch (LastErrorException e) {
                    if (e.getErrorCode() != LibC.EINTR) {
                        throw e;
                    }
                }
            }
        }
    }

    /** Atomic with respect to the sending of signals: from here on, the pid may be reused. */
    private synchronized void release(OwnProcesses own) {
        int[] status = new int[1];
        LibC.waitpid((int) id.pid(), status, 0);
        own.remove((int) id.pid());
        exitCode.complete(Signals.exitCode(status[0]));
    }
}
