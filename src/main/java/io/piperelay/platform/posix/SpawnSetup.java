package io.piperelay.platform.posix;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.piperelay.platform.NativeCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What happens in a new process before its program runs: the attributes and file actions of posix_spawn(3). */
final class SpawnSetup implements AutoCloseable {

    private static final int FIRST_TO_CLOSE = 3;

    /** How many descriptors other threads may open just before the launch, where closing takes a list of numbers. */
    private static final int MARGIN = 1024;

    private static final int LARGEST_SIGNAL_SET = 128;

    private final Memory actions = new Memory(LibSpawn.STRUCT);
    private final Memory attributes = new Memory(LibSpawn.STRUCT);

    SpawnSetup() throws NativeCallException {
        check(LibSpawn.posix_spawn_file_actions_init(actions));
        int error = LibSpawn.posix_spawnattr_init(attributes);
        if (error != 0) {
            LibSpawn.posix_spawn_file_actions_destroy(actions);
        }
        check(error);
    }

    Pointer actions() {
        return actions;
    }

    Pointer attributes() {
        return attributes;
    }

    /**
     * Makes it a session leader with no signals blocked, as the threads of a JVM block some, and none ignored, as SIGINT is in
     * what a script starts in the background: sigaction(2) says that a program would inherit that.
     */
    void leadASession() throws NativeCallException {
        try (var signals = new Memory(LARGEST_SIGNAL_SET)) {
            signals.clear();
            check(LibSpawn.posix_spawnattr_setsigmask(attributes, signals));
            signals.setMemory(0, LARGEST_SIGNAL_SET, (byte) 0xff);
            check(LibSpawn.posix_spawnattr_setsigdefault(attributes, signals));
        }
        check(LibSpawn.posix_spawnattr_setflags(attributes, (short)
                (LibSpawn.POSIX_SPAWN_SETSID | LibSpawn.POSIX_SPAWN_SETSIGMASK | LibSpawn.POSIX_SPAWN_SETSIGDEF)));
    }

    /**
     * Gives it these descriptors and no others.
     *
     * @param addCloseFrom see {@link Spawn}
     */
    void inherit(Execution.Descriptors descriptors, @Nullable Function addCloseFrom) throws NativeCallException {
        check(LibSpawn.posix_spawn_file_actions_adddup2(
                actions, descriptors.input().number(), 0));
        check(LibSpawn.posix_spawn_file_actions_adddup2(
                actions, descriptors.output().number(), 1));
        check(LibSpawn.posix_spawn_file_actions_adddup2(
                actions, descriptors.errors().number(), 2));
        if (addCloseFrom != null) {
            check(addCloseFrom.invokeInt(new Object[] {actions, FIRST_TO_CLOSE}));
        } else {
            closeOneByOne();
        }
    }

    /** Closing what is not open is not an error here; a number beyond the limit is, but nobody can have opened that. */
    private void closeOneByOne() throws NativeCallException {
        int end = highestDescriptor() + MARGIN;
        int error = 0;
        for (int descriptor = FIRST_TO_CLOSE; descriptor <= end && error == 0; descriptor++) {
            error = LibSpawn.posix_spawn_file_actions_addclose(actions, descriptor);
        }
        check(error == LibC.EBADF ? 0 : error);
    }

    private static int highestDescriptor() throws NativeCallException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .mapToInt(path -> Integer.parseInt(path.getFileName().toString()))
                    .max()
                    .orElse(0);
        } catch (IOException e) {
            throw Errno.failed("opendir", e);
        }
    }

    /** Makes the folder its working directory. */
    void enter(Pointer folder, Function addChDir) throws NativeCallException {
        check(addChDir.invokeInt(new Object[] {actions, folder}));
    }

    private static void check(int error) throws NativeCallException {
        if (error != 0) {
            throw Errno.failed("posix_spawn", error);
        }
    }

    @Override
    public void close() {
        LibSpawn.posix_spawn_file_actions_destroy(actions);
        LibSpawn.posix_spawnattr_destroy(attributes);
        actions.close();
        attributes.close();
    }
}
