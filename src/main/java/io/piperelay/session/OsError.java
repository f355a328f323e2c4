package io.piperelay.session;

import io.piperelay.platform.NativeCallException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What the operating system said, for the user to look up.
 *
 * @param operation the call that failed, as {@code CreateProcess} or {@code pipe2}
 * @param code GetLastError or errno; null where the Java platform kept it to itself
 * @param message the system's text
 */
public record OsError(String operation, @Nullable Integer code, String message) {

    static OsError of(IOException error) {
        return error instanceof NativeCallException call
                ? new OsError(call.operation(), call.code(), call.systemMessage())
                : new OsError("pipe", null, String.valueOf(error.getMessage()));
    }
}
