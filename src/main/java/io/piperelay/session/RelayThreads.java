package io.piperelay.session;

import io.piperelay.halfduplex.SharedPipeParent;
import io.piperelay.platform.ChildProcess;
import io.piperelay.platform.ExitStatus;
import io.piperelay.platform.OutOfResourcesException;
import io.piperelay.platform.Topology;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;

/**
 * The threads of one session: a pump for each stream, and one that waits for the child's exit. They wait in native calls,
 * so they are platform threads on every JDK.
 */
final class RelayThreads {

    /** For all of them together; one that hangs in the kernel is abandoned. */
    private static final Duration JOIN = Duration.ofMillis(500);

    /** How long reading what an exited child has left in its pipes may take. */
    private static final Duration SETTLE = Duration.ofMillis(250);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final ChildProcess child;
    private final ChildExit exit;
    private final InputSlot input;
    private final OutputLog outputs;
    private final SessionLog log;
    private final OutputIntake outputIntake;
    private final OutputPump outputPump;
    private final OutputPump errorsPump;
    private final List<Thread> threads;

    RelayThreads(
            String session,
            ChildProcess child,
            Topology topology,
            ChildExit exit,
            InputSlot input,
            OutputLog outputs,
            SessionLog log) {
        this.child = child;
        this.exit = exit;
        this.input = input;
        this.outputs = outputs;
        this.log = log;
        var streams = Streams.of(child, topology, exit);
        this.outputIntake = new OutputIntake(streams.output(), outputs.output(), child.nonBlocking());
        this.outputPump = new OutputPump(StandardStream.OUTPUT, streams.output(), outputIntake, outputs.output(), log);
        var errorsIntake = new OutputIntake(child.errors(), outputs.errors(), null);
        this.errorsPump = new OutputPump(StandardStream.ERRORS, child.errors(), errorsIntake, outputs.errors(), log);
        String name = "pipe-" + session.substring(0, 8);
        this.threads = List.of(
                new Thread(new InputPump(input, streams.input(), exit, log), name + "-input"),
                new Thread(outputPump, name + "-output"),
                new Thread(errorsPump, name + "-errors"),
                new Thread(this::watchChild, name + "-exit"));
    }

    /** A child's input and output as two independent streams, whatever pipes carry them; each used by one thread. */
    private record Streams(OutputStream input, InputStream output) {

        static Streams of(ChildProcess child, Topology topology, ChildExit exit) {
            if (topology == Topology.DUPLEX) {
                return new Streams(child.input(), child.output());
            }
            var shared = new SharedPipeParent(child.output(), child.input(), () -> exit.status() == null);
            return new Streams(shared.input(), shared.output());
        }
    }

    /** @throws PipeException {@code RESOURCES_EXHAUSTED} if the system has no more threads; those that run end with the child */
    void start() {
        try {
            for (Thread thread : threads) {
                thread.setDaemon(true);
                thread.start();
            }
        } catch (OutOfMemoryError e) {
            input.refuse(PipeException::sessionClosed);
            throw PipeException.resourcesExhausted(
                    new OutOfResourcesException("Thread.start", null, "no more threads can be started"));
        }
    }

    OutputIntake outputIntake() {
        return outputIntake;
    }

    private void watchChild() {
        try {
            ExitStatus status = child.waitFor();
            log.exited(status); // Before anything else can log that the session has ended.
            exit.happened(status);
            input.refuse(() -> PipeException.childExited(status.code()));
            drain();
            outputs.arrivals().end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until everything that the child wrote is in the windows, which may need readers to make room. */
    private void drain() throws InterruptedException {
        outputPump.childExited();
        errorsPump.childExited();
        while (!outputPump.finishesWithin(LOOK_AGAIN) || !errorsPump.finishesWithin(LOOK_AGAIN)) {
            outputPump.stopIfDrained();
            errorsPump.stopIfDrained();
        }
    }

    /** Waits briefly for what the child wrote last to arrive, if there is room for it. */
    void settle() {
        long deadline = System.nanoTime() + SETTLE.toNanos();
        try {
            outputPump.finishesWithin(SETTLE);
            errorsPump.finishesWithin(Duration.ofNanos(deadline - System.nanoTime()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the threads to end, as a result of closing the windows and the child. */
    void join() {
        long deadline = System.nanoTime() + JOIN.toNanos();
        try {
            for (Thread thread : threads) {
                thread.join(Math.max(
                        1, Duration.ofNanos(deadline - System.nanoTime()).toMillis()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
