package io.piperelay.platform.posix;

import com.sun.jna.LastErrorException;
import io.piperelay.platform.NativeCallException;

/**
 * An anonymous pipe, by <a href="https://man7.org/linux/man-pages/man2/pipe.2.html">pipe2(2)</a>. Both ends are closed
 * on execve, so that no child inherits them by accident.
 */
final class PosixPipe implements AutoCloseable {

    private final Descriptor readEnd;
    private final Descriptor writeEnd;

    private PosixPipe(Descriptor readEnd, Descriptor writeEnd) {
        this.readEnd = readEnd;
        this.writeEnd = writeEnd;
    }

    /** @param bufferSize in bytes, rounded up by the kernel to a power of two of pages; 0 for its default, 64 KiB */
    static PosixPipe create(int bufferSize) throws NativeCallException {
        int[] ends = new int[2];
        try {
            LibC.pipe2(ends, LibC.O_CLOEXEC);
        } catch (LastErrorException e) {
            throw Errno.failed("pipe2", e);
        }
        var pipe = new PosixPipe(new Descriptor(ends[0]), new Descriptor(ends[1]));
        try {
            pipe = pipe.aboveStandardDescriptors();
            if (bufferSize > 0) {
                LibC.fcntl(pipe.writeEnd.number(), LibC.F_SETPIPE_SZ, bufferSize);
            }
            return pipe;
        } catch (LastErrorException e) {
            pipe.close();
            throw Errno.failed("fcntl(F_SETPIPE_SZ)", e);
        }
    }

    /** If the service was started without standard streams, their numbers are free; in a child they would be in the way. */
    private PosixPipe aboveStandardDescriptors() {
        Descriptor read = readEnd.aboveStandardDescriptors();
        try {
            return new PosixPipe(read, writeEnd.aboveStandardDescriptors());
        } catch (LastErrorException e) {
            read.close();
            throw e;
        }
    }

    Descriptor readEnd() {
        return readEnd;
    }

    Descriptor writeEnd() {
        return writeEnd;
    }

    int capacity() throws NativeCallException {
        try {
            return LibC.fcntl(readEnd.number(), LibC.F_GETPIPE_SZ, 0);
        } catch (LastErrorException e) {
            throw Errno.failed("fcntl(F_GETPIPE_SZ)", e);
        }
    }

    @Override
    public void close() {
        readEnd.close();
        writeEnd.close();
    }
}
