package io.piperelay.platform.windows;

import com.sun.jna.platform.win32.Kernel32;
import com.sun.jna.platform.win32.Wincon;
import io.piperelay.platform.ChildProcess;
import io.piperelay.platform.ChildSignal;
import io.piperelay.platform.ExitStatus;
import io.piperelay.platform.PipeHandles;
import io.piperelay.platform.Topology;
import io.piperelay.platform.UnsupportedSignalException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A child, the job object that it and its descendants belong to, and the service's ends of its pipes. */
final class WindowsProcess implements ChildProcess {

    private final CreatedProcess process;
    private final JobObject job;
    private final WindowsStreams streams;
    private final PipeHandles handles;
    private final ExitWatch exit;

    /** On a shared pipe both sides poll. */
    private final @Nullable TimerResolution timer;

    /** Takes ownership of everything when it returns; if it throws, the caller still owns it. */
    WindowsProcess(
            CreatedProcess process, JobObject job, WindowsStreams streams, PipeHandles handles, Topology topology) {
        this.process = process;
        this.job = job;
        this.streams = streams;
        this.handles = handles;
        this.exit = ExitWatch.start(process);
        this.timer = topology == Topology.SHARED ? TimerResolution.raise() : null;
    }

    @Override
    public long pid() {
        return Integer.toUnsignedLong(process.pid());
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
        return exit.await();
    }

    /**
     * By <a href="https://learn.microsoft.com/windows/console/generateconsolectrlevent">GenerateConsoleCtrlEvent</a>, which
     * reaches only processes that share the service's console. Most programs end; a JVM without {@code -Xrs} responds with
     * a thread dump on its stdout and keeps running.
     */
    @Override
    public @Nullable String terminate() {
        return exit.whileAlive(this::sendCtrlBreak);
    }

    private @Nullable String sendCtrlBreak() {
        if (!CreatedProcess.serviceHasConsole()) {
            return "the service has no console, in which alone CTRL_BREAK can be sent";
        }
        return Kernel32.INSTANCE.GenerateConsoleCtrlEvent(Wincon.CTRL_BREAK_EVENT, process.pid())
                ? null
                : Win32Error.failed("GenerateConsoleCtrlEvent").getMessage();
    }

    /** By the same for both INTERRUPT and TERMINATE: a process group can be sent no CTRL_C of its own. */
    @Override
    public @Nullable String signal(ChildSignal signal) {
        return exit.whileAlive(signal == ChildSignal.KILL ? this::terminateJob : this::breakGroup);
    }

    private String breakGroup() {
        String refusal = sendCtrlBreak();
        if (refusal != null) {
            throw new UnsupportedSignalException(refusal, List.of(ChildSignal.KILL));
        }
        return "CTRL_BREAK_EVENT";
    }

    private String terminateJob() {
        if (!job.kill()) {
            throw new UnsupportedSignalException(
                    String.valueOf(Win32Error.failed("TerminateJobObject").getMessage()), List.of());
        }
        return "TerminateJobObject";
    }

    @Override
    public void kill() {
        job.kill();
    }

    @Override
    public void close() {
        job.close();
        streams.close();
        if (timer != null) {
            timer.close();
        }
    }
}
