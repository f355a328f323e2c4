package io.piperelay.session;

import io.piperelay.platform.BrokenPipeException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/** The thread that carries the queue's chunks into the child's pipe; nobody else writes to it, or closes it. */
final class InputPump implements Runnable {

    /** A pipe whose reader is about to exit breaks a moment before the exit can be seen. */
    private static final Duration EXIT_FOLLOWS = Duration.ofMillis(250);

    private final InputQueue queue;
    private final OutputStream pipe;
    private final ChildExit exit;

    InputPump(InputQueue queue, OutputStream pipe, ChildExit exit) {
        this.queue = queue;
        this.pipe = pipe;
        this.exit = exit;
    }

    @Override
    public void run() {
        try (pipe) {
            while (queue.passOn(pipe)) {
                // The next one.
            }
        } catch (BrokenPipeException e) {
            if (exit.within(EXIT_FOLLOWS).isEmpty()) {
                queue.refuse(PipeException.InputClosed::new);
            }
        } catch (IOException e) {
            if (exit.within(EXIT_FOLLOWS).isEmpty()) {
                queue.refuse(() -> new PipeException.WriteFailed(e));
            }
        } catch (InterruptedException e) {
            queue.refuse(PipeException.SessionClosed::new);
        }
    }
}
