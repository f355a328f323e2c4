package io.piperelay.platform.posix;

import io.piperelay.platform.ChildProcess;
import io.piperelay.platform.ExitStatus;
import io.piperelay.platform.PipeHandles;
import java.io.InputStream;
import java.io.OutputStream;

/** A child that the JDK launched and reaps, in a POSIX session of its own. */
final class PosixProcess implements ChildProcess {

    private final Process process;
    private final ProcessSession session;
    private final PosixStreams streams;
    private final PipeHandles handles;
    private final Launcher launcher;

    PosixProcess(Process process, PosixStreams streams, PipeHandles handles, Launcher launcher) {
        this.process = process;
        this.session = new ProcessSession(process.toHandle());
        this.streams = streams;
        this.handles = handles;
        this.launcher = launcher;
    }

    @Override
    public long pid() {
        return process.pid();
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
    public ExitStatus waitFor() throws InterruptedException {
        int code = process.waitFor();
        if (!session.leaderEnded()) {
            launcher.forget(process);
        }
        return Signals.exitStatus(code);
    }

    @Override
    public void terminate() {
        session.remember();
        process.destroy();
    }

    @Override
    public void kill() {
        session.kill();
    }

    @Override
    public void close() {
        kill();
        streams.close();
        launcher.forget(process);
    }
}
