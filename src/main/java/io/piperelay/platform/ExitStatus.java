package io.piperelay.platform;

import org.jspecify.annotations.Nullable;

/**
 * How a child ended.
 *
 * @param code its exit code; if a signal ended the child, 128 plus the signal's number, as in a shell
 * @param signal the name of the signal that ended it, such as {@code SIGKILL}; null if none did, and always on Windows
 */
public record ExitStatus(int code, @Nullable String signal) {

    /** For people: a negative code, which is an <a
     * href="https://learn.microsoft.com/openspecs/windows_protocols/ms-erref/596a1078-e883-4972-9bbc-49e60bebca55">
     * NTSTATUS</a> if Windows ended the child, is known by its hexadecimal form. */
    public static String shown(int code) {
        return code < 0 ? "%d (0x%08X)".formatted(code, code) : Integer.toString(code);
    }
}
