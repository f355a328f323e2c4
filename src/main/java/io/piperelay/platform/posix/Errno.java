package io.piperelay.platform.posix;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.OutOfResourcesException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns errno into the platform's own exception. */
final class Errno {

    private static final Set<Integer> EXHAUSTED = Set.of(LibC.EAGAIN, LibC.ENOMEM, LibC.ENFILE, LibC.EMFILE);

    private static final int LAST = 133;

    /** "error=11, Resource temporarily unavailable" up to JDK 24, "error: 11 (…)" later. */
    private static final Pattern NUMBER = Pattern.compile("error[=:] ?(\\d+)");

    private Errno() {}

    static NativeCallException failed(String operation, LastErrorException error) {
        return failed(operation, error.getErrorCode());
    }

    /** Whether a later attempt may succeed. */
    static boolean isExhausted(int errno) {
        return EXHAUSTED.contains(errno);
    }

    static NativeCallException failed(String operation, int errno) {
        String message = StrError.strerror(errno);
        return isExhausted(errno)
                ? new OutOfResourcesException(operation, errno, message)
                : new NativeCallException(operation, errno, message);
    }

    /** For an exception of the JDK, which reveals errno only in its message: as a number, or else as strerror's text. */
    static NativeCallException failed(String operation, IOException error) {
        String message =
                String.valueOf(error instanceof FileSystemException file ? file.getReason() : error.getMessage());
        Integer errno = parse(message);
        return errno == null ? new NativeCallException(operation, null, message) : failed(operation, errno);
    }

    private static @Nullable Integer parse(String message) {
        Matcher number = NUMBER.matcher(message);
        if (number.find()) {
            return Integer.parseInt(number.group(1));
        }
        for (int errno = 1; errno <= LAST; errno++) {
            if (message.contains(StrError.strerror(errno))) {
                return errno;
            }
        }
        return null;
    }

    /** Separate from {@link LibC}, because it does not report failures by errno. */
    private static final class StrError {

        static {
            Native.register(StrError.class, "c");
        }

        /** The message for an errno, never null. */
        static native String strerror(int errno);
    }
}
