package io.piperelay.platform.posix;

import io.piperelay.platform.ProcessState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a process is doing, by its <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">stat</a>, and what its
 * first thread waits for, by <a href="https://man7.org/linux/man-pages/man5/proc_pid_syscall.5.html">syscall</a>.
 */
final class ChildState {

    /** The number of read(2) and its first argument, the descriptor of stdin; numbers differ by processor: syscalls(2). */
    private static final @Nullable String READ_STDIN = switch (System.getProperty("os.arch")) {
        case "amd64" -> "0 0x0 ";
        case "aarch64" -> "63 0x0 ";
        default -> null;
    };

    private ChildState() {}

    /** Null if it has ended. */
    static @Nullable ProcessState of(long pid) {
        return ProcStat.of(pid).map(stat -> of(pid, stat.state())).orElse(null);
    }

    private static @Nullable ProcessState of(long pid, char state) {
        return switch (state) {
            case 'R' -> ProcessState.RUNNING;
            case 'S' -> readsStdin(pid) ? ProcessState.AWAITING_INPUT : ProcessState.SLEEPING;
            case 'D' -> ProcessState.DISK_SLEEP;
            case 'T' -> ProcessState.STOPPED;
            case 't' -> ProcessState.TRACED;
            default -> null;
        };
    }

    /** False if it may not be seen, because the process runs as another user, or this system does not tell. */
    private static boolean readsStdin(long pid) {
        try {
            return READ_STDIN != null
                    && Files.readString(Path.of("/proc", Long.toString(pid), "syscall"))
                            .startsWith(READ_STDIN);
        } catch (IOException e) {
            return false;
        }
    }
}
