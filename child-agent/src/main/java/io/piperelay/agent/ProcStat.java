package io.piperelay.agent;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * What Linux says about this process in <a
 * href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">/proc/self/stat</a>: faster than ProcessHandle, and
 * also about a parent of another user or in another container.
 */
final class ProcStat {

    /** There is no such file: this is not Linux. */
    static final long UNKNOWN = -1;

    private static final int MORE_THAN_NEEDED = 256;

    private ProcStat() {}

    /** The parent's process id, 0 if it is outside the container, or {@link #UNKNOWN}. */
    static long parent() {
        try (FileInputStream stat = new FileInputStream("/proc/self/stat")) {
            byte[] start = new byte[MORE_THAN_NEEDED];
            int length = stat.read(start, 0, start.length);
            return parentIn(new String(start, 0, Math.max(0, length), StandardCharsets.ISO_8859_1));
        } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
            return UNKNOWN;
        }
    }

    /** The fourth field; the second is the program's name in parentheses, which may contain parentheses and spaces. */
    static long parentIn(String stat) {
        int field = stat.lastIndexOf(')') + ") S ".length();
        return Long.parseLong(stat.substring(field, stat.indexOf(' ', field)));
    }
}
