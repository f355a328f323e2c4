package io.piperelay.platform.posix;

import io.piperelay.platform.ChildCommand;
import io.piperelay.platform.NativeCallException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Finds the file that a command means, as <a href="https://man7.org/linux/man-pages/man3/exec.3.html">execvp(3)</a>
 * would, but before there is a process that could only fail: a name with a slash is a path (relative to the child's
 * working directory), any other is looked up in the service's own {@code PATH}.
 */
final class Program {

    /** BINPRM_BUF_SIZE of execve(2). */
    private static final int LONGEST_INTERPRETER = 256;

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
                return checked(candidate);
            }
            if (Files.isRegularFile(candidate)) {
                errno = LibC.EACCES;
            }
        }
        throw Errno.failed("execve", errno);
    }

    private static Path checked(Path file) throws NativeCallException {
        if (!isProgram(file)) {
            throw Errno.failed("execve", Files.exists(file) ? LibC.EACCES : LibC.ENOENT);
        }
        String interpreter = interpreter(file);
        if (interpreter != null && !isProgram(Path.of(interpreter))) {
            throw Errno.failed("execve", LibC.ENOENT);
        }
        return file;
    }

    /** What a script names in its first line, "#!interpreter [argument]"; null if the file is no script. */
    private static @Nullable String interpreter(Path file) {
        try (InputStream content = Files.newInputStream(file)) {
            String start = new String(content.readNBytes(LONGEST_INTERPRETER), StandardCharsets.UTF_8);
            return start.startsWith("#!") ? start.substring(2).strip().split("\\s", 2)[0] : null;
        } catch (IOException e) {
            return null; // Executable, but not readable: the kernel will see.
        }
    }

    private static boolean isProgram(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }
}
