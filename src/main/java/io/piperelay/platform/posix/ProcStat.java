package io.piperelay.platform.posix;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What Linux says about a process in <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">stat</a>.
 *
 * @param state a letter
 * @param session the POSIX session that it is a member of
 */
record ProcStat(ProcessId id, char state, long parent, long session) {

    private static final Path PROC = Path.of("/proc");

    private static final int STATE = 0;
    private static final int PARENT = 1;
    private static final int SESSION = 3;
    private static final int START = 19;

    /** Empty once the process is gone: ENOENT, or ESRCH if it ends between open and read. */
    static Optional<ProcStat> of(long pid) {
        try {
            return Optional.of(parse(pid, Files.readString(PROC.resolve(pid + "/stat"), ISO_8859_1)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Whether it has ended but has not been reaped yet. */
    boolean zombie() {
        return state == 'Z';
    }

    /** All current processes, in one pass; none where there is no {@code /proc}. */
    static List<ProcStat> all() {
        List<ProcStat> all = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                of(Long.parseLong(process.getFileName().toString())).ifPresent(all::add);
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Then nobody can tell.
        }
        return all;
    }

    /** The second field is a name in parentheses, which may contain parentheses and spaces, and be cut within a character. */
    private static ProcStat parse(long pid, String stat) {
        String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", START + 2);
        return new ProcStat(
                new ProcessId(pid, afterName[START]),
                afterName[STATE].charAt(0),
                Long.parseLong(afterName[PARENT]),
                Long.parseLong(afterName[SESSION]));
    }
}
