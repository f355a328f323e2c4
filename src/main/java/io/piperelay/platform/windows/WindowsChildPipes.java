package io.piperelay.platform.windows;

import io.piperelay.platform.ChildCommand;
import io.piperelay.platform.ChildPipes;
import io.piperelay.platform.ChildProcess;
import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.PipeHandles;
import io.piperelay.platform.Topology;

/** The pipes between the service and one child; of a shared pipe, {@code input} and {@code output} are the same. */
final class WindowsChildPipes implements ChildPipes {

    private final WindowsPipe input;
    private final WindowsPipe output;
    private final WindowsPipe errors;
    private final PipeHandles handles;
    private boolean owned = true;

    private WindowsChildPipes(WindowsPipe input, WindowsPipe output, WindowsPipe errors) throws NativeCallException {
        this.input = input;
        this.output = output;
        this.errors = errors;
        this.handles = new PipeHandles(
                PipeHandles.show(output.readEnd().value()),
                PipeHandles.show(input.writeEnd().value()),
                output.capacity());
    }

    static WindowsChildPipes create(Topology topology, int bufferSize) throws NativeCallException {
        WindowsPipe input = WindowsPipe.create(bufferSize);
        WindowsPipe output = input;
        WindowsPipe errors = input;
        try {
            output = topology == Topology.SHARED ? input : WindowsPipe.create(bufferSize);
            errors = WindowsPipe.create(0);
            return new WindowsChildPipes(input, output, errors);
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
        try {
            ChildProcess child = launchInJob(command);
            handOver();
            return child;
        } finally {
            close();
        }
    }

    private ChildProcess launchInJob(ChildCommand command) throws NativeCallException {
        JobObject job = JobObject.create();
        try {
            return launch(command, job);
        } catch (Throwable e) {
            job.close();
            throw e;
        }
    }

    private ChildProcess launch(ChildCommand command, JobObject job) throws NativeCallException {
        CreatedProcess process =
                CreatedProcess.create(command, input.readEnd(), output.writeEnd(), errors.writeEnd(), job);
        try {
            WindowsStreams streams = WindowsStreams.open(input.writeEnd(), output.readEnd(), errors.readEnd());
            return new WindowsProcess(process, job, streams, handles);
        } catch (Throwable e) {
            process.handle().close();
            throw e;
        }
    }

    /** The child's ends are of no use here any more; of a shared pipe the service keeps both. */
    private void handOver() {
        owned = false;
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
