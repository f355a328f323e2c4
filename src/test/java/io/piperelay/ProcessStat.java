package io.piperelay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What Linux says about a process in <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">stat</a>.
 *
 * @param state a letter; {@code Z} for one that has ended but has not been reaped yet
 */
public record ProcessStat(char state, long parent, long session) {

    private static final boolean WINDOWS = File.separatorChar == '\\';

    /**
     * Empty once the process is gone: ENOENT, or ESRCH if it ends between open and read. A name in it may be cut within a
     * character.
     */
    public static Optional<ProcessStat> of(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), ISO_8859_1);
            String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 5);
            return Optional.of(new ProcessStat(
                    afterName[0].charAt(0), Long.parseLong(afterName[1]), Long.parseLong(afterName[3])));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** A zombie that nobody reaps (a container may have no init) counts as ended. Works on every system. */
    public static boolean isRunning(long pid) {
        if (WINDOWS) {
            return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
        }
        return of(pid).filter(process -> process.state != 'Z').isPresent();
    }
}
