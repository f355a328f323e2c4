package io.piperelay.platform.windows;

import static com.sun.jna.platform.win32.WinError.ERROR_ACCESS_DISABLED_BY_POLICY;
import static com.sun.jna.platform.win32.WinError.ERROR_COMMITMENT_LIMIT;
import static com.sun.jna.platform.win32.WinError.ERROR_DIRECTORY;
import static com.sun.jna.platform.win32.WinError.ERROR_ELEVATION_REQUIRED;
import static com.sun.jna.platform.win32.WinError.ERROR_FILENAME_EXCED_RANGE;
import static com.sun.jna.platform.win32.WinError.ERROR_FILE_NOT_FOUND;
import static com.sun.jna.platform.win32.WinError.ERROR_NOT_ENOUGH_MEMORY;
import static com.sun.jna.platform.win32.WinError.ERROR_NOT_ENOUGH_QUOTA;
import static com.sun.jna.platform.win32.WinError.ERROR_NO_SYSTEM_RESOURCES;
import static com.sun.jna.platform.win32.WinError.ERROR_OUTOFMEMORY;
import static com.sun.jna.platform.win32.WinError.ERROR_PATH_NOT_FOUND;
import static com.sun.jna.platform.win32.WinError.ERROR_TOO_MANY_OPEN_FILES;
import static com.sun.jna.platform.win32.WinError.ERROR_VIRUS_DELETED;
import static com.sun.jna.platform.win32.WinError.ERROR_VIRUS_INFECTED;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.platform.win32.Kernel32Util;
import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.OutOfResourcesException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
                : new NativeCallException(operation, code, message, advice(code));
    }

    /** For a launch that failed in a way that only the operator can change. */
    static @Nullable String advice(int code) {
        return switch (code) {
            case ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND ->
                "There is no such program. Without a folder it is looked for in System32, in Windows' own folder and on"
                        + " PATH only. Give the full path, and the extension if it is not .exe.";
            case ERROR_ELEVATION_REQUIRED ->
                "The program demands an administrator's rights, and the service does not have them. Run the service as"
                        + " an administrator, or choose a program that does not need them.";
            case ERROR_VIRUS_INFECTED, ERROR_VIRUS_DELETED ->
                "The virus scanner takes the program for malware or unwanted software. If you trust it, exempt it"
                        + " there.";
            case ERROR_ACCESS_DISABLED_BY_POLICY ->
                "A policy of this machine (AppLocker or Software Restriction Policies) forbids the program. Ask its"
                        + " administrator to allow it.";
            case ERROR_FILENAME_EXCED_RANGE ->
                "The program's path or the command line is too long for Windows. Move the program to a folder with a"
                        + " shorter path (less than 260 characters), or pass fewer arguments.";
            case ERROR_DIRECTORY ->
                "The working directory does not exist, is not a folder, or has a path too long for Windows (258"
                        + " characters at most). Correct the profile's working-directory.";
            default -> null;
        };
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
