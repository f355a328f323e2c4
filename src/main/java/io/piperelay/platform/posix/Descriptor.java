package io.piperelay.platform.posix;

import com.sun.jna.LastErrorException;
import com.sun.jna.ptr.IntByReference;
import io.piperelay.platform.PipeEnd;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** The only owner of a file descriptor. Closing it twice is harmless, even if the number has been reused by then. */
final class Descriptor implements PipeEnd {

    private static final int FIRST_OTHER = 3;

    private final int number;
    private final AtomicBoolean closed = new AtomicBoolean();

    Descriptor(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    @Override
    public long value() {
        return number;
    }

    /** This descriptor, or a duplicate in its place: 0, 1 and 2 are the standard streams of every program. */
    Descriptor aboveStandardDescriptors() {
        if (number >= FIRST_OTHER) {
            return this;
        }
        var other = new Descriptor(LibC.fcntl(number, LibC.F_DUPFD_CLOEXEC, FIRST_OTHER));
        close();
        return other;
    }

    /** From now on its calls fail instead of waiting; so do those of all duplicates, but not of others of the same pipe. */
    void neverWait() {
        LibC.fcntl(number, LibC.F_SETFL, LibC.O_NONBLOCK);
    }

    /**
     * Waits for one of these events, and returns those that there are, among them errors: <a
     * href="https://man7.org/linux/man-pages/man2/poll.2.html">poll(2)</a>.
     *
     * @return 0 if there were none in time
     */
    int poll(short events, int timeoutMillis) {
        int[] pollfd = {number, events};
        LibC.poll(pollfd, 1, timeoutMillis);
        return pollfd[1] >>> Short.SIZE;
    }

    /**
     * How many bytes are in the pipe, whichever of its ends this is: <a
     * href="https://man7.org/linux/man-pages/man7/pipe.7.html">pipe(7)</a>.
     */
    int bytesInThePipe() {
        var count = new IntByReference();
        LibC.ioctl(number, LibC.FIONREAD, count);
        return count.getValue();
    }

    /** A path that can be opened for a second descriptor of the same pipe end; valid until {@link #close}. */
    Path path() {
        return Path.of("/proc/self/fd", Integer.toString(number));
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                LibC.close(number);
            } catch (LastErrorException e) {
                // Linux has released the descriptor anyway, and a pipe has nothing to flush: close(2).
            }
        }
    }
}
