package io.piperelay.platform.posix;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.sun.jna.LastErrorException;
import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.Pipe;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Ends the children of a service that was killed and could not end them itself: what a job object does on Windows.
 *
 * <p>A small shell script waits on a pipe whose only writer is the service. The service tells it which POSIX sessions to
 * watch; when the pipe ends, for whatever reason, the shell kills every member of those sessions and all their
 * descendants. (PR_SET_PDEATHSIG would follow a thread instead of the service, and would spare the grandchildren.)
 *
 * <p>One shell serves all children of the service. It is started with the service, and restarted if it is gone. Where
 * there is no usable shell, nothing is watched, and {@link #weakness} says so.
 */
final class OrphanGuard implements AutoCloseable {

    private static final String NAME = "pipe-relay-orphan-guard";
    private static final String SCRIPT = script();

    private static final int INIT = 1;

    /** How long a shell may take to report that it is usable; usually some milliseconds. */
    private static final Duration READY_WITHIN = Duration.ofSeconds(10);

    private static final byte[] READY = "ready\n".getBytes(StandardCharsets.US_ASCII);

    private static final long PAUSE_NANOS = Duration.ofMillis(1).toNanos();

    private final OwnProcesses own;
    private final String file;
    private final @Nullable NativeCallException unusable;

    @GuardedBy("this") private final Set<ProcessId> watched = new HashSet<>();

    @GuardedBy("this") private @Nullable Shell shell;

    /** @param lifeline the write end of the pipe, which nobody else holds */
    private record Shell(SessionLeader process, Descriptor lifeline) {}

    /** @param file a POSIX shell */
    OrphanGuard(OwnProcesses own, String file) {
        this.own = own;
        this.file = file;
        this.unusable = tryOut();
    }

    private static String script() {
        try (InputStream script = OrphanGuard.class.getResourceAsStream("orphan-guard.sh")) {
            if (script == null) {
                throw new IllegalStateException("The orphan guard's script is missing");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @GuardedBy("this") private @Nullable NativeCallException tryOut() {
        try {
            shell = start();
            return null;
        } catch (NativeCallException e) {
            return e;
        }
    }

    /** What the operator must know, in one line; null if there is nothing. */
    @Nullable String weakness() {
        // When the first process of a PID namespace ends, the kernel ends all others: pid_namespaces(7).
        return unusable == null || ProcessHandle.current().pid() == INIT
                ? null
                : "Should the service be killed (SIGKILL), its children live on: the shell that would end them cannot be"
                        + " used (" + file + ": " + unusable.systemMessage() + ").";
    }

    /** From now on, the session that this process leads does not outlive the service. */
    synchronized void watch(ProcessId leader) throws NativeCallException {
        if (unusable != null) {
            return;
        }
        watched.add(leader);
        Shell running = shell;
        if (running == null || !tell(running, "+", leader)) {
            release();
            shell = start();
        }
    }

    /** The process has ended, and nothing of its session is left; later calls do nothing. */
    synchronized void forget(ProcessId leader) {
        Shell running = shell;
        if (watched.remove(leader) && running != null) {
            tell(running, "-", leader);
        }
    }

    @GuardedBy("this") private Shell start() throws NativeCallException {
        try (Pipe<Descriptor> answer = PosixPipe.create(0)) {
            Shell started = start(answer.writeEnd());
            answer.writeEnd().close();
            if (!saysReady(answer.readEnd()) || !watched.stream().allMatch(leader -> tell(started, "+", leader))) {
                started.process().kill();
                started.lifeline().close();
                throw Errno.failed("execve", LibC.ENOEXEC);
            }
            return started;
        }
    }

    private Shell start(Descriptor answer) throws NativeCallException {
        Pipe<Descriptor> pipe = PosixPipe.create(0);
        try {
            var descriptors = new Execution.Descriptors(pipe.readEnd(), answer, answer);
            Shell started = new Shell(SessionLeader.start(execution(descriptors), own), pipe.writeEnd());
            pipe.readEnd().close();
            return started;
        } catch (Throwable e) {
            pipe.close();
            throw e;
        }
    }

    private Execution execution(Execution.Descriptors descriptors) {
        byte[] program = Text.ascii(file);
        return new Execution(
                program,
                List.of(program, Text.ascii("-c"), Text.ascii(SCRIPT), Text.ascii(NAME)),
                List.of(),
                null,
                descriptors);
    }

    /** Whether the shell reports in time that it is ready, and nothing else. */
    private static boolean saysReady(Descriptor answer) {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (System.nanoTime() < deadline) {
            if (answer.poll(LibC.POLLIN, 0) != 0) {
                byte[] said = new byte[READY.length];
                return LibC.read(answer.number(), said, said.length) == said.length && Arrays.equals(said, READY);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return false;
    }

    /** False if the shell is gone. */
    private static boolean tell(Shell shell, String what, ProcessId leader) {
        byte[] line = (what + leader.pid() + ":" + leader.start() + "\n").getBytes(StandardCharsets.US_ASCII);
        try {
            // Less than PIPE_BUF, so written as a whole or not at all: pipe(7).
            return LibC.write(shell.lifeline().number(), line, line.length) == line.length;
        } catch (LastErrorException e) {
            return false;
        }
    }

    /** Closes the shell's pipe, upon which it kills what it still watches. */
    @Override
    public synchronized void close() {
        release();
    }

    @GuardedBy("this") private void release() {
        Shell running = shell;
        shell = null;
        if (running != null) {
            running.lifeline().close();
        }
    }
}
