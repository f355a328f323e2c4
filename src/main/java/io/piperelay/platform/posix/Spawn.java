package io.piperelay.platform.posix;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import io.piperelay.platform.NativeCallException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Starts a program by <a href="https://man7.org/linux/man-pages/man3/posix_spawn.3.html">posix_spawn(3)</a>: in a POSIX
 * session of its own, with three descriptors and no other.
 *
 * <p>Not by the JDK. A program that stands between, as its spawn helper or setsid(1), hides what the kernel says of the
 * one that is meant, and hands to a shell what the kernel refuses; text arrives as question marks where the locale lacks a
 * character; and it needs descriptors of its own and, if there are none left, closes strangers' (JDK 17).
 */
record Spawn(SpawnExtensions extensions) {

    /**
     * Returns the process's number once its program runs. Blocks as long as the program's file does.
     *
     * @throws NativeCallException with the kernel's errno if it does not run; no process is left then
     */
    int start(Execution execution, StandardDescriptors descriptors) throws NativeCallException {
        byte @Nullable [] folder = execution.folder();
        if (folder != null && extensions.addChDir() == null) {
            return start(execution.enteringByShell(folder), descriptors);
        }
        try (var setup = new SpawnSetup();
                var pid = new Memory(Integer.BYTES);
                var file = new CStrings(List.of(execution.file()));
                var entered = new CStrings(folder == null ? List.of() : List.of(folder));
                var arguments = new CStrings(execution.arguments());
                var environment = new CStrings(execution.environment())) {
            setup.leadASession();
            setup.inherit(descriptors, extensions.addCloseFrom());
            if (folder != null && extensions.addChDir() != null) {
                setup.enter(entered.first(), extensions.addChDir());
            }
            int errno = LibSpawn.posix_spawn(
                    pid, file.first(), setup.actions(), setup.attributes(), arguments.pointer(), environment.pointer());
            if (errno != 0) {
                throw Errno.failed(failedCall(errno, folder), errno);
            }
            return pid.getInt(0);
        }
    }

    /** posix_spawn(3) does not say which of its calls failed: this is for people, who look for the cause. */
    private static String failedCall(int errno, byte @Nullable [] folder) {
        if (Errno.isExhausted(errno)) {
            return "posix_spawn";
        }
        return folder != null && errno == errnoOfEntering(folder) ? "chdir" : "execve";
    }

    private static int errnoOfEntering(byte[] folder) {
        byte[] path = Arrays.copyOf(folder, folder.length + 1);
        path[folder.length - 1] = '/';
        try {
            return LibC.access(path, LibC.X_OK);
        } catch (LastErrorException e) {
            return e.getErrorCode();
        }
    }
}
