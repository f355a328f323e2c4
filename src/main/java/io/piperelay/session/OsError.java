package io.piperelay.session;

import io.piperelay.platform.NativeCallException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The operating system's error, for the user to look up.
 *
 * @param operation the call that failed, such as {@code CreateProcess} or {@code pipe2}
 * @param code GetLastError or errno; null if the JDK does not reveal it
 * @param message the system's message
 */
public record OsError(String operation, @Nullable Integer code, String message) {

    static OsError of(IOException error) {
        return error instanceof NativeCallException call
                ? new OsError(call.operation(), call.code(), call.systemMessage())
                : new OsError("pipe", null, String.valueOf(error.getMessage()));
    }
}
