package io.piperelay.platform.windows;

import io.piperelay.platform.ChildCommand;
import io.piperelay.platform.ChildPipes;
import io.piperelay.platform.ChildProcess;
import io.piperelay.platform.ChildSignal;
import io.piperelay.platform.Topology;
import io.piperelay.platform.UnsupportedSignalException;
import java.util.List;
import java.util.Map;

/** A service for javaw.exe: prints how native_child.exe was started, and what comes of asking it to end
 * and of sending it signals. */
final class ServiceWithoutConsole {

    private ServiceWithoutConsole() {}

    public static void main(String[] arguments) throws Exception {
        try (ChildProcess child = launch(arguments[0], "startup")) {
            child.output().transferTo(System.out);
        }
        try (ChildProcess child = launch(arguments[0], "silent")) {
            System.out.println(child.terminate());
            try {
                System.out.println(child.signal(ChildSignal.INTERRUPT));
            } catch (UnsupportedSignalException e) {
                System.out.println(e.getMessage() + " " + e.supported());
            }
            System.out.println(child.signal(ChildSignal.KILL));
        }
    }

    private static ChildProcess launch(String... command) throws Exception {
        try (ChildPipes pipes = new WindowsPlatform().createPipes(Topology.DUPLEX, 0)) {
            return pipes.launch(new ChildCommand(List.of(command), null, Map.of()));
        }
    }
}
