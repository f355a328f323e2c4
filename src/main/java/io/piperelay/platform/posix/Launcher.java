package io.piperelay.platform.posix;

import io.piperelay.platform.ChildCommand;
import io.piperelay.platform.NativeCallException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts a program on three given descriptors. The JDK's own launcher does it, because it closes every other descriptor
 * in the child (a raw posix_spawn would hand the service's listening socket down) and reaps the child when it ends.
 */
final class Launcher implements AutoCloseable {

    private final List<String> newSession;
    private final OrphanGuard guard;

    Launcher(List<String> newSession, OrphanGuard guard) {
        this.newSession = newSession;
        this.guard = guard;
    }

    Process launch(ChildCommand command, Descriptor stdin, Descriptor stdout, Descriptor stderr)
            throws NativeCallException {
        refuseIfMutilated(command);
        ProcessBuilder builder = builder(command, Program.find(command))
                .redirectInput(file(stdin))
                .redirectOutput(file(stdout))
                .redirectError(file(stderr));
        Process process = Spawn.start(builder, child -> hasStdin(child, stdin));
        try {
            guard.watch(process.pid());
            return process;
        } catch (Throwable e) {
            new ProcessSession(process.toHandle()).kill();
            guard.forget(process.pid());
            throw e;
        }
    }

    /** To be called once nothing of the child is left; later calls don't count. */
    void forget(Process process) {
        guard.forget(process.pid());
    }

    /** The JDK passes text on in the locale's encoding, and puts question marks where that lacks a character. */
    private static void refuseIfMutilated(ChildCommand command) throws NativeCallException {
        CharsetEncoder encoder =
                Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")).newEncoder();
        boolean encodable = command.arguments().stream().allMatch(encoder::canEncode)
                && command.environment().values().stream().allMatch(encoder::canEncode);
        if (!encodable) {
            throw Errno.failed("execve", LibC.EILSEQ);
        }
    }

    private ProcessBuilder builder(ChildCommand command, Path program) {
        List<String> arguments = new ArrayList<>(newSession);
        arguments.add(program.toString());
        arguments.addAll(command.arguments().subList(1, command.arguments().size()));
        var builder = new ProcessBuilder(arguments);
        builder.environment().clear();
        builder.environment().putAll(command.environment());
        if (command.workingDirectory() != null) {
            builder.directory(command.workingDirectory().toFile());
        }
        return builder;
    }

    private static File file(Descriptor descriptor) {
        return descriptor.path().toFile();
    }

    private static boolean hasStdin(ProcessHandle child, Descriptor stdin) {
        try {
            Path pipe = Files.readSymbolicLink(stdin.path());
            return pipe.equals(Files.readSymbolicLink(Path.of("/proc", Long.toString(child.pid()), "fd", "0")));
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        guard.close();
    }
}
