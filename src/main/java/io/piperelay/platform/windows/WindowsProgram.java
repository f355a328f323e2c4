package io.piperelay.platform.windows;

import static com.sun.jna.platform.win32.WinError.ERROR_FILE_NOT_FOUND;
import static com.sun.jna.platform.win32.WinError.ERROR_INVALID_NAME;

import com.sun.jna.WString;
import com.sun.jna.platform.win32.Kernel32;
import com.sun.jna.platform.win32.WinBase;
import com.sun.jna.platform.win32.WinNT;
import io.piperelay.platform.NativeCallException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the file that a command's program means, so that <a
 * href="https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-createprocessw">
 * CreateProcess</a> need not search: it would look in the working directory before the system's own folders, and run what
 * anybody had put there.
 *
 * <p>A name without a folder is searched for in System32, in the folder of Windows and in the absolute folders of a PATH;
 * {@code .exe} is appended if it has no extension. A name with a folder is relative to the service's working directory,
 * and {@code .exe} may be omitted. Other extensions are never guessed: PATHEXT is for command interpreters.
 */
final class WindowsProgram {

    private static final String EXE = ".exe";

    /** Of a path, the terminating NUL included. */
    private static final int MAX_LENGTH = 32_768;

    private WindowsProgram() {}

    /**
     * The file's full path, as Windows understands it: without blanks and dots at its end, which Windows ignores.
     *
     * @param path folders, separated by semicolons
     * @throws NativeCallException ERROR_FILE_NOT_FOUND as if by CreateProcess, if the search does not find it
     */
    static String find(String name, @Nullable String path) throws NativeCallException {
        if (name.indexOf('\0') >= 0) {
            throw Win32Error.failed("CreateProcess", ERROR_INVALID_NAME);
        }
        for (String candidate : candidates(name, folders(path))) {
            if (isFile(candidate)) {
                return fullPath(candidate);
            }
        }
        if (isBare(name)) {
            throw Win32Error.failed("CreateProcess", ERROR_FILE_NOT_FOUND);
        }
        return fullPath(name); // Let CreateProcess say why not.
    }

    /** In the order in which they are tried. */
    static List<String> candidates(String name, List<String> folders) {
        boolean extended = name.indexOf('.', endOfFolder(name)) >= 0;
        if (!isBare(name)) {
            return extended ? List.of(name) : List.of(name + EXE, name);
        }
        return folders.stream()
                .map(folder -> folder + '\\' + name + (extended ? "" : EXE))
                .toList();
    }

    private static boolean isBare(String name) {
        return endOfFolder(name) == 0;
    }

    /** Where the file's own name begins. */
    private static int endOfFolder(String name) {
        return 1 + Math.max(name.lastIndexOf('\\'), Math.max(name.lastIndexOf('/'), name.lastIndexOf(':')));
    }

    private static List<String> folders(@Nullable String path) throws NativeCallException {
        String system32 = systemFolder();
        List<String> folders = new ArrayList<>(List.of(system32, system32.substring(0, system32.lastIndexOf('\\'))));
        folders.addAll(absolute(path == null ? "" : path));
        return folders;
    }

    /** The absolute folders of a PATH, where some are quoted. */
    static List<String> absolute(String path) {
        return Stream.of(path.replace("\"", "").split(";"))
                .filter(folder -> folder.matches("[A-Za-z]:[\\\\/].*|[\\\\/]{2}.*"))
                .toList();
    }

    /** Also true of the Microsoft Store's aliases, which cannot be opened like files. */
    private static boolean isFile(String path) {
        int attributes = Kernel32.INSTANCE.GetFileAttributes(path);
        return attributes != WinBase.INVALID_FILE_ATTRIBUTES && (attributes & WinNT.FILE_ATTRIBUTE_DIRECTORY) == 0;
    }

    /** System32, whatever the environment says. */
    static String systemFolder() throws NativeCallException {
        char[] buffer = new char[MAX_LENGTH];
        return text(buffer, Kernel32Ex.GetSystemDirectoryW(buffer, buffer.length), "GetSystemDirectory");
    }

    private static String fullPath(String path) throws NativeCallException {
        char[] buffer = new char[MAX_LENGTH];
        int length = Kernel32Ex.GetFullPathNameW(new WString(path), buffer.length, buffer, null);
        return text(buffer, length, "GetFullPathName");
    }

    private static String text(char[] buffer, int length, String operation) throws NativeCallException {
        if (length == 0 || length >= buffer.length) {
            throw Win32Error.failed(operation);
        }
        return new String(buffer, 0, length);
    }
}
