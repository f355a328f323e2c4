package io.piperelay.platform.posix;

import io.piperelay.platform.NativeCallException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files that a command's program may mean, by the rules of <a
 * href="https://man7.org/linux/man-pages/man3/exec.3.html">execvp(3)</a>: a name with a slash is a path (relative to
 * the child's working directory); any other is searched for in the folders of the service's own {@code PATH}. The kernel
 * decides which of them is a program.
 */
final class Program {

    private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

    /** Errors that concern only this file: the next one may be right. */
    private static final Set<Integer> TRY_THE_NEXT =
            Set.of(LibC.EACCES, LibC.ENOENT, LibC.ENOTDIR, LibC.ENODEV, LibC.ESTALE, LibC.ETIMEDOUT);

    private Program() {}

    /** @param path the folders, separated by colons; null for the usual ones */
    static List<String> candidates(String name, @Nullable String path) {
        if (name.contains("/")) {
            return List.of(name);
        }
        List<String> candidates = new ArrayList<>();
        for (String folder : (path == null ? DEFAULT_PATH : path).split(":", -1)) {
            // Relative to the service's folder, which may not be the child's.
            String absolute = folder.startsWith("/") ? folder : System.getProperty("user.dir") + "/" + folder;
            candidates.add(absolute + "/" + name);
        }
        return candidates;
    }

    static boolean isWorthTryingTheNext(NativeCallException refused) {
        Integer errno = refused.code();
        return errno != null && refused.operation().equals("execve") && TRY_THE_NEXT.contains(errno);
    }
}
