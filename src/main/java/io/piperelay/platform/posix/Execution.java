package io.piperelay.platform.posix;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What <a href="https://man7.org/linux/man-pages/man2/execve.2.html">execve(2)</a> gets, in the kernel's own form: bytes,
 * each text with a zero at its end.
 *
 * @param file the program's file, relative to the folder if it is not absolute
 * @param folder what the program finds as its working directory; null for the service's own
 */
record Execution(
        byte[] file,
        List<byte[]> arguments,
        List<byte[]> environment,
        byte @Nullable [] folder,
        Descriptors descriptors) {

    /** The new process's standard input, output and errors; it is given nothing else. All are above 2. */
    record Descriptors(Descriptor input, Descriptor output, Descriptor errors) {}

    /** The same where posix_spawn cannot change the folder, before glibc 2.29: by a shell, which can't tell errno. */
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
