package io.piperelay.platform.posix;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of <a href="https://man7.org/linux/man-pages/man2/execve.2.html">execve(2)</a> in the kernel's form:
 * zero-terminated bytes.
 *
 * @param file the program's file, relative to the folder if it is not absolute
 * @param folder the program's working directory; null for the service's own
 */
record Execution(
        byte[] file,
        List<byte[]> arguments,
        List<byte[]> environment,
        byte @Nullable [] folder,
        Descriptors descriptors) {

    /** The new process's standard input, output and error, and all that it gets. All numbers are above 2. */
    record Descriptors(Descriptor input, Descriptor output, Descriptor errors) {}

    /** The same by way of a shell, which hides errno: for glibc before 2.29, whose posix_spawn can't change the folder. */
    Execution enteringByShell(byte[] from) {
        List<byte[]> byShell = new ArrayList<>();
        for (String word : List.of("/bin/sh", "-c", "cd -- \"$1\" && shift && exec \"$@\"", "sh")) {
            byShell.add(Text.ascii(word));
        }
        byShell.add(from);
        byShell.add(file);
        byShell.addAll(arguments.subList(1, arguments.size()));
        return new Execution(byShell.get(0), byShell, environment, null, descriptors);
    }
}
