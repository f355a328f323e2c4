package io.piperelay.platform.posix;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import org.jspecify.annotations.Nullable;

/** Bare bindings of the C library: C's names, and a {@link LastErrorException} with errno wherever a call returns -1. */
final class LibC {

    /** <a href="https://man7.org/linux/man-pages/man2/open.2.html">open(2)</a>: close the descriptor on execve. */
    static final int O_CLOEXEC = 0x80000;

    /** <a href="https://man7.org/linux/man-pages/man2/fcntl.2.html">fcntl(2)</a>: sets a pipe's capacity. */
    static final int F_SETPIPE_SZ = 1031;

    static final int F_GETPIPE_SZ = 1032;

    /** Sets a descriptor's status flags. */
    static final int F_SETFL = 4;

    /** <a href="https://man7.org/linux/man-pages/man2/open.2.html">open(2)</a>: fail with EAGAIN instead of waiting. */
    static final int O_NONBLOCK = 0x800;

    /** <a href="https://man7.org/linux/man-pages/man7/pipe.7.html">pipe(7)</a>: the bytes that are written all or not at all. */
    static final int PIPE_BUF = 4096;

    /** Duplicates a descriptor to the lowest free number that is not below the argument. */
    static final int F_DUPFD_CLOEXEC = 1030;

    /** <a href="https://man7.org/linux/man-pages/man2/ioctl_list.2.html">ioctl(2)</a>: the number of bytes in a pipe. */
    static final NativeLong FIONREAD = new NativeLong(0x541B);

    /** The size of a {@code siginfo_t} in bytes. */
    static final int SIGINFO = 128;

    /** <a href="https://man7.org/linux/man-pages/man2/poll.2.html">poll(2)</a>. */
    static final short POLLIN = 0x0001;

    static final short POLLOUT = 0x0004;
    static final short POLLERR = 0x0008;

    /** <a href="https://man7.org/linux/man-pages/man2/waitpid.2.html">waitpid(2)</a>: don't wait. */
    static final int WNOHANG = 1;

    /** <a href="https://man7.org/linux/man-pages/man2/waitid.2.html">waitid(2)</a>: for any child, or for one by its number. */
    static final int P_ALL = 0;

    static final int P_PID = 1;

    /** Wait for it to exit; and leave it to be waited for again, so that its process id is not reused. */
    static final int WEXITED = 4;

    static final int WNOWAIT = 0x01000000;

    static final int SIGINT = 2;
    static final int SIGKILL = 9;
    static final int SIGTERM = 15;
    static final int SIGCHLD = 17;

    /** <a href="https://man7.org/linux/man-pages/man2/signal.2.html">signal(2)</a>. */
    static final @Nullable Pointer SIG_DFL = null;

    /** <a href="https://man7.org/linux/man-pages/man2/access.2.html">access(2)</a>: is there, may be executed or entered. */
    static final int F_OK = 0;

    static final int X_OK = 1;

    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int ESRCH = 3;
    static final int EINTR = 4;
    static final int ENOEXEC = 8;
    static final int EBADF = 9;
    static final int ECHILD = 10;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EACCES = 13;
    static final int ENODEV = 19;
    static final int ENOTDIR = 20;
    static final int EINVAL = 22;
    static final int ENFILE = 23;
    static final int EMFILE = 24;
    static final int EILSEQ = 84;
    static final int ETIMEDOUT = 110;
    static final int ESTALE = 116;

    static {
        Native.register(LibC.class, "c");
    }

    private LibC() {}

    /** Puts the read end into {@code fds[0]} and the write end into {@code fds[1]}. */
    static native int pipe2(int[] fds, int flags) throws LastErrorException;

    /** Releases the descriptor even if it reports an error: never to be repeated. */
    static native int close(int fd) throws LastErrorException;

    // Counts are ints, because none here is larger: for each NativeLong, JNA would call back into Java, which
    // takes longer than the call itself.

    /** Returns how many bytes were read; 0 at the end. */
    static native int read(int fd, byte[] bytes, int count) throws LastErrorException;

    static native int read(int fd, Pointer buffer, int count) throws LastErrorException;

    /** Returns how many bytes were written. */
    static native int write(int fd, byte[] bytes, int count) throws LastErrorException;

    /** Returns what the command defines. */
    static native int fcntl(int fd, int cmd, int arg) throws LastErrorException;

    /** Returns the child's process id, or 0 if it has not ended yet. */
    static native int waitpid(int pid, int @Nullable [] status, int options) throws LastErrorException;

    /** @param siginfo room for a {@code siginfo_t}, {@link #SIGINFO} bytes */
    static native int waitid(int idtype, int id, Pointer siginfo, int options) throws LastErrorException;

    /** Returns the previous handler: SIG_DFL, SIG_IGN or a function. */
    static native @Nullable Pointer signal(int signal, @Nullable Pointer handler);

    /** @param pid of a process; negative for a process group */
    static native int kill(int pid, int signal) throws LastErrorException;

    /** @param path zero-terminated */
    static native int access(byte[] path, int mode) throws LastErrorException;

    static native int ioctl(int fd, NativeLong request, IntByReference result) throws LastErrorException;

    /**
     * Returns how many of the descriptors have events.
     *
     * @param pollfd one {@code struct pollfd} as two ints: the descriptor; the requested events in the lower half and the
     *     returned ones in the upper half
     */
    static native int poll(int[] pollfd, int count, int timeoutMillis) throws LastErrorException;
}
