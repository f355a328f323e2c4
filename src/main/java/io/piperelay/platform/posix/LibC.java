package io.piperelay.platform.posix;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.ptr.IntByReference;
import org.jspecify.annotations.Nullable;

/** The C library, bare: C's names, and a {@link LastErrorException} with errno wherever a call returns -1. */
final class LibC {

    /** <a href="https://man7.org/linux/man-pages/man2/open.2.html">open(2)</a>: close the descriptor on execve. */
    static final int O_CLOEXEC = 0x80000;

    /** <a href="https://man7.org/linux/man-pages/man2/fcntl.2.html">fcntl(2)</a>: sets a pipe's capacity. */
    static final int F_SETPIPE_SZ = 1031;

    static final int F_GETPIPE_SZ = 1032;

    /** <a href="https://man7.org/linux/man-pages/man2/ioctl_list.2.html">ioctl(2)</a>: the bytes that wait in a pipe. */
    static final NativeLong FIONREAD = new NativeLong(0x541B);

    static final short POLLOUT = 0x0004;
    static final short POLLERR = 0x0008;

    /** <a href="https://man7.org/linux/man-pages/man2/waitpid.2.html">waitpid(2)</a>: don't wait. */
    static final int WNOHANG = 1;

    static final int ENOENT = 2;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EACCES = 13;
    static final int ENOTDIR = 20;
    static final int ENFILE = 23;
    static final int EMFILE = 24;
    static final int EILSEQ = 84;

    static {
        Native.register(LibC.class, "c");
    }

    private LibC() {}

    /** Puts the read end into {@code fds[0]} and the write end into {@code fds[1]}. */
    static native int pipe2(int[] fds, int flags) throws LastErrorException;

    /** Releases the descriptor, also when it reports an error: never to be repeated. */
    static native int close(int fd) throws LastErrorException;

    /** Returns what the command defines. */
    static native int fcntl(int fd, int cmd, int arg) throws LastErrorException;

    /** Returns the child's number, or 0 if it has not ended yet. */
    static native int waitpid(int pid, int @Nullable [] status, int options) throws LastErrorException;

    static native int ioctl(int fd, NativeLong request, IntByReference result) throws LastErrorException;

    /**
     * Returns how many of the descriptors have events.
     *
     * @param pollfd one {@code struct pollfd} as two ints: the descriptor; the wanted events in the lower half and the
     *     returned ones in the upper
     */
    static native int poll(int[] pollfd, NativeLong count, int timeoutMillis) throws LastErrorException;
}
