package io.piperelay.platform.windows;

import io.piperelay.platform.ChildCommand;
import io.piperelay.platform.ChildProcess;
import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.OwnedChildPipes;
import io.piperelay.platform.Topology;

/** The pipes between the service and one child, which runs in a job object. */
final class WindowsChildPipes extends OwnedChildPipes<OwnedHandle> {

    private final Topology topology;

    WindowsChildPipes(Topology topology, int bufferSize) throws NativeCallException {
        super(topology, bufferSize, WindowsPipe::create);
        this.topology = topology;
    }

    @Override
    protected ChildProcess start(ChildCommand command) throws NativeCallException {
        JobObject job = JobObject.create();
        try {
            return start(command, job);
        } catch (Throwable e) {
            job.close();
            throw e;
        }
    }

    private ChildProcess start(ChildCommand command, JobObject job) throws NativeCallException {
        CreatedProcess process =
                CreatedProcess.create(command, input.readEnd(), output.writeEnd(), errors.writeEnd(), job);
        try {
            WindowsStreams streams = WindowsStreams.open(input.writeEnd(), output.readEnd(), errors.readEnd());
            return new WindowsProcess(process, job, streams, handles(), topology);
        } catch (Throwable e) {
            process.handle().close();
            throw e;
        }
    }
}
