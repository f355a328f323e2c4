package io.piperelay.platform;

import io.piperelay.child.MisbehavingChild;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * A service that owns one child, which ignores the end of its input; prints the child's pid, then whatever the child
 * writes, and waits to be killed.
 */
final class ServiceStandIn {

    private ServiceStandIn() {}

    /** The arguments are the platform's class name, the topology, and the mode of {@link MisbehavingChild}. */
    public static void main(String[] arguments) throws Exception {
        Platform platform = Class.forName(arguments[0])
                .asSubclass(Platform.class)
                .getDeclaredConstructor()
                .newInstance();
        ChildCommand command = new ChildCommand(MisbehavingChild.command(arguments[2]), null, Map.of());
        try (ChildPipes pipes = platform.createPipes(Topology.valueOf(arguments[1]), 0)) {
            ChildProcess child = pipes.launch(command);
            OutputStream out = new FileOutputStream(FileDescriptor.out);
            out.write((child.pid() + "\n").getBytes(StandardCharsets.US_ASCII));
            child.output().transferTo(out);
            while (true) {
                LockSupport.park();
            }
        }
    }
}
