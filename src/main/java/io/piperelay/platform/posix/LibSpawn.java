package io.piperelay.platform.posix;

import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * <a href="https://man7.org/linux/man-pages/man3/posix_spawn.3.html">posix_spawn(3)</a> and its companions, bare: C's
 * names, and an error number (0 for success) as the result of every call.
 */
final class LibSpawn {

    static final short POSIX_SPAWN_SETSIGDEF = 0x04;
    static final short POSIX_SPAWN_SETSIGMASK = 0x08;

    /** glibc 2.26. */
    static final short POSIX_SPAWN_SETSID = 0x80;

    /** Larger than {@code posix_spawn_file_actions_t}, {@code posix_spawnattr_t} and {@code sigset_t} anywhere, in bytes. */
    static final int STRUCT = 1024;

    static {
        Native.register(LibSpawn.class, "c");
    }

    private LibSpawn() {}

    /** Returns once the program runs, or with the errno of the call that failed in the new process, which is then gone. */
    static native int posix_spawn(
            Pointer pid, Pointer path, Pointer actions, Pointer attributes, Pointer argv, Pointer envp);

    static native int posix_spawn_file_actions_init(Pointer actions);

    static native int posix_spawn_file_actions_destroy(Pointer actions);

    static native int posix_spawn_file_actions_adddup2(Pointer actions, int fd, int newFd);

    static native int posix_spawn_file_actions_addclose(Pointer actions, int fd);

    static native int posix_spawnattr_init(Pointer attributes);

    static native int posix_spawnattr_destroy(Pointer attributes);

    static native int posix_spawnattr_setflags(Pointer attributes, short flags);

    static native int posix_spawnattr_setsigmask(Pointer attributes, Pointer signals);

    static native int posix_spawnattr_setsigdefault(Pointer attributes, Pointer signals);
}
