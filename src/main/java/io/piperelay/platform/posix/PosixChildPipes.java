package io.piperelay.platform.posix;

import io.piperelay.platform.ChildCommand;
import io.piperelay.platform.ChildPipes;
import io.piperelay.platform.ChildProcess;
import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.PipeHandles;
import io.piperelay.platform.Topology;

/** The pipes between the service and one child; of a shared pipe, {@code input} and {@code output} are the same. */
final class PosixChildPipes implements ChildPipes {

    private final PosixPipe input;
    private final PosixPipe output;
    private final PosixPipe errors;
    private final PipeHandles handles;
    private final Launcher launcher;
    private boolean owned = true;

    private PosixChildPipes(PosixPipe input, PosixPipe output, PosixPipe errors, Launcher launcher)
            throws NativeCallException {
        this.input = input;
        this.output = output;
        this.errors = errors;
        this.launcher = launcher;
        this.handles = new PipeHandles(
                PipeHandles.show(output.readEnd().number()),
                PipeHandles.show(input.writeEnd().number()),
                output.capacity());
    }

    static PosixChildPipes create(Topology topology, int bufferSize, Launcher launcher) throws NativeCallException {
        PosixPipe input = PosixPipe.create(bufferSize);
        PosixPipe output = input;
        PosixPipe errors = input;
        try {
            output = topology == Topology.SHARED ? input : PosixPipe.create(bufferSize);
            errors = PosixPipe.create(0);
            return new PosixChildPipes(input, output, errors, launcher);
        } catch (Throwable e) {
            input.close();
            output.close();
            errors.close();
            throw e;
        }
    }

    @Override
    public PipeHandles handles() {
        return handles;
    }

    @Override
    public ChildProcess launch(ChildCommand command) throws NativeCallException {
        if (!owned) {
            throw new IllegalStateException("these pipes have their child, or are closed");
        }
        owned = false;
        try {
            return launch(command, PosixStreams.open(input.writeEnd(), output.readEnd(), errors.readEnd()));
        } finally {
            closeChildEnds();
        }
    }

    private ChildProcess launch(ChildCommand command, PosixStreams streams) throws NativeCallException {
        try {
            var descriptors = new StandardDescriptors(
                    input.readEnd().number(),
                    output.writeEnd().number(),
                    errors.writeEnd().number());
            return new PosixProcess(launcher.launch(command, descriptors), streams, handles, launcher);
        } catch (Throwable e) {
            streams.close();
            throw e;
        }
    }

    /** Of a shared pipe the service keeps both ends. */
    private void closeChildEnds() {
        errors.writeEnd().close();
        if (input != output) {
            input.readEnd().close();
            output.writeEnd().close();
        }
    }

    @Override
    public void close() {
        if (owned) {
            owned = false;
            input.close();
            output.close();
            errors.close();
        }
    }
}
