package io.piperelay.platform.posix;

import com.sun.jna.LastErrorException;
import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.Pipe;

/**
 * Anonymous pipes by <a href="https://man7.org/linux/man-pages/man2/pipe.2.html">pipe2(2)</a>. Both ends are closed on
 * execve, so that no child inherits them by accident.
 */
final class PosixPipe {

    private PosixPipe() {}

    /** @param bufferSize in bytes, rounded up by the kernel to a power of two of pages; 0 for its default, 64 KiB */
    static Pipe<Descriptor> create(int bufferSize) throws NativeCallException {
        int[] ends = new int[2];
        try {
            LibC.pipe2(ends, LibC.O_CLOEXEC);
        } catch (LastErrorException e) {
            throw Errno.failed("pipe2", e);
        }
        var readEnd = new Descriptor(ends[0]);
        var writeEnd = new Descriptor(ends[1]);
        try {
            readEnd = readEnd.aboveStandardDescriptors();
            writeEnd = writeEnd.aboveStandardDescriptors();
            return new Pipe<>(readEnd, writeEnd, capacity(writeEnd, bufferSize));
        } catch (LastErrorException e) {
            readEnd.close();
            writeEnd.close();
            throw Errno.failed("fcntl(F_SETPIPE_SZ)", e);
        }
    }

    /** Requests this capacity, and returns the one that the kernel grants. */
    private static int capacity(Descriptor end, int bufferSize) {
        return bufferSize > 0
                ? LibC.fcntl(end.number(), LibC.F_SETPIPE_SZ, bufferSize)
                : LibC.fcntl(end.number(), LibC.F_GETPIPE_SZ, 0);
    }
}
