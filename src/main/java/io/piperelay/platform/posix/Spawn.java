package io.piperelay.platform.posix;

import com.sun.jna.Function;
import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import io.piperelay.platform.NativeCallException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Starts a program by <a href="https://man7.org/linux/man-pages/man3/posix_spawn.3.html">posix_spawn(3)</a>: in a POSIX
 * session of its own, with three descriptors and no other.
 *
 * <p>Not by the JDK. An intermediate program, such as the JDK's spawn helper or setsid(1), hides what the kernel says about
 * the actual one, and hands to a shell what the kernel refuses. The JDK also passes question marks for characters that
 * the locale lacks, and needs descriptors of its own; if there are none left, it closes unrelated ones (JDK 17).
 *
 * <p>There is a fallback for each function that only newer C libraries have.
 *
 * @param addChDir {@code posix_spawn_file_actions_addchdir_np(actions, path)}; glibc 2.29, null before
 * @param addCloseFrom {@code posix_spawn_file_actions_addclosefrom_np(actions, first)}; glibc 2.34, null before
 */
record Spawn(@Nullable Function addChDir, @Nullable Function addCloseFrom) {

    static Spawn ofThisSystem() {
        return new Spawn(
                function("posix_spawn_file_actions_addchdir_np"), function("posix_spawn_file_actions_addclosefrom_np"));
    }

    private static @Nullable Function function(String name) {
        try {
            return NativeLibrary.getInstance("c").getFunction(name);
        } catch (UnsatisfiedLinkError e) {
            return null;
        }
    }

    /**
     * Returns the process id once the program runs. Blocks as long as opening the program's file does.
     *
     * @throws NativeCallException with the kernel's errno if it does not run; then no process is left
     */
    int start(Execution execution) throws NativeCallException {
        byte @Nullable [] folder = execution.folder();
        if (folder != null && addChDir == null) {
            return start(execution.enteringByShell(folder));
        }
        try (var setup = new SpawnSetup();
                var pid = new Memory(Integer.BYTES);
                var file = new CStrings(List.of(execution.file()));
                var entered = new CStrings(folder == null ? List.of() : List.of(folder));
                var arguments = new CStrings(execution.arguments());
                var environment = new CStrings(execution.environment())) {
            setup.leadASession();
            setup.inherit(execution.descriptors(), addCloseFrom);
            if (folder != null && addChDir != null) {
                setup.enter(entered.first(), addChDir);
            }
            int errno = LibSpawn.posix_spawn(
                    pid, file.first(), setup.actions(), setup.attributes(), arguments.pointer(), environment.pointer());
            if (errno != 0) {
                throw Errno.failed(failedCall(errno, folder), errno);
            }
            return pid.getInt(0);
        }
    }

    /** posix_spawn(3) does not say which of its calls failed; this guess is for people who look for the cause. */
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
