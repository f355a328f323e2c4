package io.piperelay.platform.windows;

import static com.sun.jna.platform.win32.WinError.ERROR_COMMITMENT_LIMIT;
import static com.sun.jna.platform.win32.WinError.ERROR_NOT_ENOUGH_MEMORY;
import static com.sun.jna.platform.win32.WinError.ERROR_NOT_ENOUGH_QUOTA;
import static com.sun.jna.platform.win32.WinError.ERROR_NO_SYSTEM_RESOURCES;
import static com.sun.jna.platform.win32.WinError.ERROR_OUTOFMEMORY;
import static com.sun.jna.platform.win32.WinError.ERROR_TOO_MANY_OPEN_FILES;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.platform.win32.Kernel32Util;
import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.OutOfResourcesException;
import java.util.Set;

/**
 * Turns a code of <a
 * href="https://learn.microsoft.com/windows/win32/api/errhandlingapi/nf-errhandlingapi-getlasterror">GetLastError</a>
 * into the platform's own exception.
 */
final class Win32Error {

    private static final Set<Integer> EXHAUSTED = Set.of(
            ERROR_TOO_MANY_OPEN_FILES,
            ERROR_NOT_ENOUGH_MEMORY,
            ERROR_OUTOFMEMORY,
            ERROR_NO_SYSTEM_RESOURCES,
            ERROR_COMMITMENT_LIMIT,
            ERROR_NOT_ENOUGH_QUOTA);

    private Win32Error() {}

    /** For the last native call of this thread: any other in between would change the code. */
    static NativeCallException failed(String operation) {
        return failed(operation, Native.getLastError());
    }

    static NativeCallException failed(String operation, int code) {
        String message = message(code);
        return EXHAUSTED.contains(code)
                ? new OutOfResourcesException(operation, code, message)
                : new NativeCallException(operation, code, message);
    }

    /** The system's text in the user's language, on one line. */
    private static String message(int code) {
        try {
            return Kernel32Util.formatMessage(code).strip().replaceAll("\\s+", " ");
        } catch (LastErrorException e) {
            // FormatMessage has no text for the code, which is no reason to hide the code.
            return "unknown error";
        }
    }
}
