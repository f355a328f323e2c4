package io.piperelay.platform;

import io.piperelay.child.MisbehavingChild;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** A service that owns one child deaf to the end of its input, prints the child's pid and waits to be killed. */
final class ServiceStandIn {

    private ServiceStandIn() {}

    /** The arguments are the platform's class name and the topology. */
    public static void main(String[] arguments) throws Exception {
        Platform platform =
                (Platform) Class.forName(arguments[0]).getDeclaredConstructor().newInstance();
        ChildCommand command = new ChildCommand(MisbehavingChild.command("silent"), null, Map.of());
        try (ChildPipes pipes = platform.createPipes(Topology.valueOf(arguments[1]), 0)) {
            ChildProcess child = pipes.launch(command);
            System.out.println(child.pid());
            while (true) {
                LockSupport.park();
            }
        }
    }
}
