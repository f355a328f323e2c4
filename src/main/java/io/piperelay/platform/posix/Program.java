package io.piperelay.platform.posix;

import io.piperelay.platform.ChildCommand;
import io.piperelay.platform.NativeCallException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Finds the file that a command means, as <a href="https://man7.org/linux/man-pages/man3/exec.3.html">execvp(3)</a>
 * would, but before there is a process that could only fail: a name with a slash is a path (relative to the child's
 * working directory), any other is looked up in the service's own {@code PATH}.
 */
final class Program {

    private Program() {}

    /** @throws NativeCallException with errno ENOENT, EACCES or ENOTDIR */
    static Path find(ChildCommand command) throws NativeCallException {
        Path folder = checkedFolder(command.workingDirectory());
        if (command.program().contains("/")) {
            return checked(folder.resolve(command.program()));
        }
        return lookUp(command.program(), System.getenv("PATH"));
    }

    private static Path checkedFolder(@Nullable Path workingDirectory) throws NativeCallException {
        if (workingDirectory == null) {
            return Path.of("").toAbsolutePath();
        }
        if (!Files.isDirectory(workingDirectory)) {
            throw Errno.failed("chdir", Files.exists(workingDirectory) ? LibC.ENOTDIR : LibC.ENOENT);
        }
        return workingDirectory.toAbsolutePath();
    }

    private static Path lookUp(String name, @Nullable String path) throws NativeCallException {
        int errno = LibC.ENOENT;
        for (String folder : (path == null ? "/usr/local/bin:/usr/bin:/bin" : path).split(":")) {
            Path candidate = Path.of(folder).toAbsolutePath().resolve(name);
            if (isProgram(candidate)) {
                return candidate;
            }
            if (Files.isRegularFile(candidate)) {
                errno = LibC.EACCES;
            }
        }
        throw Errno.failed("execve", errno);
    }

    private static Path checked(Path file) throws NativeCallException {
        if (isProgram(file)) {
            return file;
        }
        throw Errno.failed("execve", Files.exists(file) ? LibC.EACCES : LibC.ENOENT);
    }

    private static boolean isProgram(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }
}
