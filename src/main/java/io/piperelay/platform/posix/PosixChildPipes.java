package io.piperelay.platform.posix;

import io.piperelay.platform.ChildCommand;
import io.piperelay.platform.ChildProcess;
import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.OwnedChildPipes;
import io.piperelay.platform.Topology;

/** The pipes between the service and one child. */
final class PosixChildPipes extends OwnedChildPipes<Descriptor> {

    private final Topology topology;
    private final Launcher launcher;

    PosixChildPipes(Topology topology, int bufferSize, Launcher launcher) throws NativeCallException {
        super(topology, bufferSize, PosixPipe::create);
        this.topology = topology;
        this.launcher = launcher;
    }

    /**
     * Of a shared pipe the child inherits the very ends that the service has, and its own calls must wait.
     *
     * <p>Opens the streams first, because that may fail if no descriptor is left: then nothing is running yet.
     */
    @Override
    protected ChildProcess start(ChildCommand command) throws NativeCallException {
        if (topology == Topology.DUPLEX) {
            input.writeEnd().neverWait();
            output.readEnd().neverWait();
        }
        PosixStreams streams = PosixStreams.open(input.writeEnd(), output.readEnd(), errors.readEnd());
        try {
            var descriptors = new Execution.Descriptors(input.readEnd(), output.writeEnd(), errors.writeEnd());
            return new PosixProcess(launcher.launch(command, descriptors), streams, handles(), topology, launcher);
        } catch (Throwable e) {
            streams.close();
            throw e;
        }
    }
}
