package io.piperelay.platform.posix;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import io.piperelay.platform.NativeCallException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The processes that this one has started and reaps. As PID 1 (in a container) it also inherits all orphans, for which
 * nobody waits: it reaps those too, or they would stay zombies and use up the system's process ids.
 *
 * <p>This requires that nothing in this JVM starts processes in any other way: their exit would be reaped here.
 */
final class OwnProcesses {

    private static final long INIT = 1;

    private static final Duration UNTIL_ITS_OWNER_HAS_REAPED_IT = Duration.ofMillis(10);
    private static final Duration UNTIL_THERE_IS_A_CHILD = Duration.ofSeconds(1);

    /** The offset of {@code si_pid} in a siginfo_t, in bytes: after three ints and, on 64 bits, the union's alignment. */
    private static final int SI_PID = Native.POINTER_SIZE == Long.BYTES ? 16 : 12;

    private final Spawn spawn;
    private final Set<Integer> numbers = ConcurrentHashMap.newKeySet();

    /** Shared by those that start processes: nobody may reap in between, while a process id is not yet in the set. */
    private final ReadWriteLock starting = new ReentrantReadWriteLock();

    OwnProcesses() {
        this(Spawn.ofThisSystem());
    }

    OwnProcesses(Spawn spawn) {
        this.spawn = spawn;
        // If the parent of this process ignored SIGCHLD, nobody could learn how a child ended: wait(2).
        LibC.signal(LibC.SIGCHLD, LibC.SIG_DFL);
    }

    /** See {@link Spawn#start}; the caller reaps the process, and removes it then. */
    int start(Execution execution) throws NativeCallException {
        starting.readLock().lock();
        try {
            int pid = spawn.start(execution);
            numbers.add(pid);
            return pid;
        } finally {
            starting.readLock().unlock();
        }
    }

    void remove(int pid) {
        numbers.remove(pid);
    }

    /** Starts reaping, which goes on as long as this process lives. */
    void reapOrphansAsInit() {
        if (ProcessHandle.current().pid() == INIT) {
            var thread = new Thread(this::reapOrphans, "pipe-relay-init");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void reapOrphans() {
        try (var info = new Memory(LibC.SIGINFO)) {
            while (true) {
                try {
                    LibC.waitid(LibC.P_ALL, 0, info, LibC.WEXITED | LibC.WNOWAIT);
                    reapUnlessOwn(info.getInt(SI_PID));
                } catch (LastErrorException e) {
                    if (e.getErrorCode() == LibC.ECHILD) {
                        LockSupport.parkNanos(UNTIL_THERE_IS_A_CHILD.toNanos());
                    }
                }
            }
        }
    }

    private void reapUnlessOwn(int pid) {
        starting.writeLock().lock();
        try {
            if (!numbers.contains(pid)) {
                LibC.waitpid(pid, null, LibC.WNOHANG);
                return;
            }
        } finally {
            starting.writeLock().unlock();
        }
        LockSupport.parkNanos(UNTIL_ITS_OWNER_HAS_REAPED_IT.toNanos());
    }
}
