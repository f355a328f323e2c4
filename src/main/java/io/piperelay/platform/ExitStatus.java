package io.piperelay.platform;

import org.jspecify.annotations.Nullable;

/**
 * How a child ended.
 *
 * @param code its exit code; for a child that a signal ended, 128 plus the signal's number, as the shells count
 * @param signal the name of the signal that ended it, as {@code SIGKILL}; null where none did, always on Windows
 */
public record ExitStatus(int code, @Nullable String signal) {}
