package io.piperelay.platform.windows;

import io.piperelay.platform.ChildCommand;
import io.piperelay.platform.ChildPipes;
import io.piperelay.platform.ChildProcess;
import io.piperelay.platform.Topology;
import java.util.List;
import java.util.Map;

/** A service for javaw.exe: prints how native_child.exe was started, and what comes of asking it to end. */
final class ServiceWithoutConsole {

    private ServiceWithoutConsole() {}

    public static void main(String[] arguments) throws Exception {
        try (ChildProcess child = launch(arguments[0], "startup")) {
            child.output().transferTo(System.out);
        }
        try (ChildProcess child = launch(arguments[0], "silent")) {
            System.out.println(child.terminate());
        }
    }

    private static ChildProcess launch(String... command) throws Exception {
        try (ChildPipes pipes = new WindowsPlatform().createPipes(Topology.DUPLEX, 0)) {
            return pipes.launch(new ChildCommand(List.of(command), null, Map.of()));
        }
    }
}
