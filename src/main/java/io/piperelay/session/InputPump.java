package io.piperelay.session;

import io.piperelay.platform.BrokenPipeException;
import io.piperelay.session.InputSlot.Chunk;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.function.Supplier;

/** The thread that writes the slot's chunks to the child's pipe, waits for room in it, and alone closes it. */
final class InputPump implements Runnable {

    /** When a child exits, its pipe breaks a moment before the exit can be observed; on a busy machine, a long one. */
    private static final Duration EXIT_FOLLOWS = Duration.ofSeconds(1);

    private final InputSlot slot;
    private final OutputStream pipe;
    private final ChildExit exit;
    private final SessionLog log;

    InputPump(InputSlot slot, OutputStream pipe, ChildExit exit, SessionLog log) {
        this.slot = slot;
        this.pipe = pipe;
        this.exit = exit;
        this.log = log;
    }

    @Override
    public void run() {
        try (pipe) {
            for (Chunk chunk = slot.take(); chunk != null; chunk = slot.take()) {
                write(chunk);
                slot.free(chunk);
            }
        } catch (BrokenPipeException e) {
            refuseUnlessExited(e, PipeException::inputClosed);
        } catch (IOException e) {
            refuseUnlessExited(e, () -> PipeException.writeFailed(e));
        } catch (InterruptedException e) {
            slot.refuse(PipeException::sessionClosed);
        }
    }

    private void refuseUnlessExited(IOException cause, Supplier<PipeException> reason) {
        if (exit.within(EXIT_FOLLOWS).isEmpty()) {
            slot.refuse(reason);
            log.inputBroken(cause);
        }
    }

    private void write(Chunk chunk) throws IOException {
        if (chunk.length() > 0) {
            pipe.write(chunk.bytes(), 0, chunk.length());
        }
        if (chunk.endsMessage()) {
            pipe.flush();
        }
    }
}
