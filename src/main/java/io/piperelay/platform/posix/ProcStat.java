package io.piperelay.platform.posix;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What Linux tells about a process in <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">stat</a>.
 *
 * @param session the POSIX session that it is a member of
 * @param start when it started, in the kernel's own words; with its number it tells it from all others
 */
record ProcStat(boolean zombie, long session, String start) {

    private static final int SESSION = 3;
    private static final int START = 19;

    /**
     * Nothing once the process is gone: ENOENT, or ESRCH if it ends between open and read. A name in it may be cut within
     * a character.
     */
    static Optional<ProcStat> of(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), ISO_8859_1);
            String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Optional.of(
                    new ProcStat(afterName[0].equals("Z"), Long.parseLong(afterName[SESSION]), afterName[START]));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
