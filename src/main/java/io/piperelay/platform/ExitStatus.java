package io.piperelay.platform;

import org.jspecify.annotations.Nullable;

/**
 * How a child ended.
 *
 * @param code its exit code; if a signal ended the child, 128 plus the signal's number, as in a shell
 * @param signal the name of the signal that ended it, such as {@code SIGKILL}; null if none did, and always on Windows
 */
public record ExitStatus(int code, @Nullable String signal) {}
