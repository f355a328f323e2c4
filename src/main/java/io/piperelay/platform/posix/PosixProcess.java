package io.piperelay.platform.posix;

import io.piperelay.platform.ChildProcess;
import io.piperelay.platform.ChildSignal;
import io.piperelay.platform.ExitStatus;
import io.piperelay.platform.NonBlockingPipes;
import io.piperelay.platform.PipeHandles;
import io.piperelay.platform.ProcessState;
import io.piperelay.platform.Topology;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** A child, in a POSIX session of its own, and the service's ends of its pipes. */
final class PosixProcess implements ChildProcess {

    private final SessionLeader leader;
    private final PosixStreams streams;
    private final PipeHandles handles;
    private final Topology topology;
    private final Launcher launcher;

    PosixProcess(
            SessionLeader leader, PosixStreams streams, PipeHandles handles, Topology topology, Launcher launcher) {
        this.leader = leader;
        this.streams = streams;
        this.handles = handles;
        this.topology = topology;
        this.launcher = launcher;
    }

    @Override
    public long pid() {
        return leader.id().pid();
    }

    @Override
    public PipeHandles handles() {
        return handles;
    }

    @Override
    public OutputStream input() {
        return streams.input();
    }

    @Override
    public InputStream output() {
        return streams.output();
    }

    @Override
    public InputStream errors() {
        return streams.errors();
    }

    @Override
    public @Nullable NonBlockingPipes nonBlocking() {
        return topology == Topology.DUPLEX ? streams : null;
    }

    /** Its pid is its own until it has been reaped, and {@link #waitFor} returns. */
    @Override
    public @Nullable ProcessState state() {
        return leader.isRunning() ? ChildState.of(pid()) : null;
    }

    @Override
    public ExitStatus waitFor() throws InterruptedException {
        int code = leader.waitFor();
        if (!leader.session().exists()) {
            launcher.forget(leader);
        }
        return Signals.exitStatus(code);
    }

    @Override
    public @Nullable String terminate() {
        leader.terminate();
        return null;
    }

    @Override
    public @Nullable String signal(ChildSignal signal) {
        return leader.signal(Signals.number(signal)) ? Signals.name(Signals.number(signal)) : null;
    }

    @Override
    public void kill() {
        leader.kill();
    }

    @Override
    public void close() {
        kill();
        streams.close();
        launcher.forget(leader);
    }
}
