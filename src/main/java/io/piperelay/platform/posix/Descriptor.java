package io.piperelay.platform.posix;

import com.sun.jna.LastErrorException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** The one owner of a file descriptor. Closing it a second time does nothing, whatever the number is by then. */
final class Descriptor implements AutoCloseable {

    private final int number;
    private final AtomicBoolean closed = new AtomicBoolean();

    Descriptor(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** Opening this path gives a second descriptor of the same pipe end; valid until {@link #close}. */
    Path path() {
        return Path.of("/proc/self/fd", Integer.toString(number));
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                LibC.close(number);
            } catch (LastErrorException e) {
                // Linux has released the descriptor all the same, and a pipe has nothing left to flush: close(2).
            }
        }
    }
}
