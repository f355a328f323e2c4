package io.piperelay.platform.posix;

import com.sun.jna.LastErrorException;
import io.piperelay.platform.ChildCommand;
import io.piperelay.platform.NativeCallException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Starts a command's program on three given descriptors, as the leader of a session that does not outlive the service. */
final class Launcher implements AutoCloseable {

    private final Text text = Text.ofTheLocale();
    private final OwnProcesses own;
    private final OrphanGuard guard;

    Launcher(OwnProcesses own, OrphanGuard guard) {
        this.own = own;
        this.guard = guard;
    }

    SessionLeader launch(ChildCommand command, Execution.Descriptors descriptors) throws NativeCallException {
        SessionLeader leader = start(command, descriptors);
        try {
            guard.watch(leader.id());
            return leader;
        } catch (Throwable e) {
            leader.kill();
            guard.forget(leader.id());
            throw e;
        }
    }

    /** Starts the first candidate that the kernel runs; else fails with the most telling of the kernel's errors. */
    private SessionLeader start(ChildCommand command, Execution.Descriptors descriptors) throws NativeCallException {
        NativeCallException refused = Errno.failed("execve", LibC.ENOENT);
        for (String file : candidates(command.program())) {
            try {
                return SessionLeader.start(execution(command, file, descriptors), own);
            } catch (NativeCallException e) {
                if (!Program.isWorthTryingTheNext(e)) {
                    throw e;
                }
                refused = isDenied(refused) ? refused : e;
            }
        }
        throw refused;
    }

    /** Without those that do not exist, unless there is only one: then the kernel is to report that. */
    private List<String> candidates(String name) throws NativeCallException {
        List<String> candidates = Program.candidates(name, System.getenv("PATH"));
        if (candidates.size() == 1) {
            return candidates;
        }
        List<String> existing = new ArrayList<>();
        for (String candidate : candidates) {
            if (exists(candidate)) {
                existing.add(candidate);
            }
        }
        return existing;
    }

    private boolean exists(String file) throws NativeCallException {
        try {
            return LibC.access(text.bytes(file), LibC.F_OK) == 0;
        } catch (LastErrorException e) {
            return false;
        }
    }

    private static boolean isDenied(NativeCallException refused) {
        Integer errno = refused.code();
        return errno != null && errno == LibC.EACCES;
    }

    private Execution execution(ChildCommand command, String file, Execution.Descriptors descriptors)
            throws NativeCallException {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(text.bytes(file));
        for (String argument :
                command.arguments().subList(1, command.arguments().size())) {
            arguments.add(text.bytes(argument));
        }
        return new Execution(
                arguments.get(0),
                arguments,
                environment(command.environment()),
                folder(command.workingDirectory()),
                descriptors);
    }

    private List<byte[]> environment(Map<String, String> variables) throws NativeCallException {
        List<byte[]> environment = new ArrayList<>();
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            String name = variable.getKey();
            if (name.isEmpty() || name.contains("=")) {
                throw Errno.failed("execve", LibC.EINVAL);
            }
            environment.add(text.bytes(name + "=" + variable.getValue()));
        }
        return environment;
    }

    private byte @Nullable [] folder(@Nullable Path workingDirectory) throws NativeCallException {
        return workingDirectory == null ? null : text.bytes(workingDirectory.toString());
    }

    /** To be called once nothing of the session is left; later calls do nothing. */
    void forget(SessionLeader leader) {
        guard.forget(leader.id());
    }

    @Override
    public void close() {
        guard.close();
    }
}
