package io.piperelay.platform;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program to launch.
 *
 * @param arguments the program and its arguments, the program first; passed unchanged, without a shell, except that
 *     only cmd.exe can run a batch file
 * @param workingDirectory the folder it starts in, or null for the service's own
 * @param environment its whole environment; nothing of the service's own is added, except what a process of the
 *     platform cannot start without ({@code SystemRoot} on Windows)
 */
public record ChildCommand(List<String> arguments, @Nullable Path workingDirectory, Map<String, String> environment) {

    public ChildCommand {
        if (arguments.isEmpty() || arguments.get(0).isEmpty()) {
            throw new IllegalArgumentException("a command requires a program");
        }
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    public String program() {
        return arguments.get(0);
    }
}
