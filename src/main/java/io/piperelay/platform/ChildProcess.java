package io.piperelay.platform;

import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A running child, the service's ends of its pipes and everything else that the system holds for it.
 *
 * <p>Each stream is used by one thread at a time, and its native calls block: never use one on a virtual thread. A
 * blocked call returns when the other end of the pipe is closed, or fails with an {@link java.io.IOException} soon after
 * another thread has closed the stream. Closing a stream blocks no longer than it takes to cancel that call, is
 * idempotent, and closes the handle exactly once. All other methods may be called by any thread at any time.
 */
public interface ChildProcess extends AutoCloseable {

    /** The child's process id. */
    long pid();

    PipeHandles handles();

    /** To the child's stdin. Fails with {@link BrokenPipeException} once nobody can read from it any more. */
    OutputStream input();

    /**
     * From the child's stdout. Ends when every holder of the pipe's other end has closed it (in {@link Topology#SHARED}
     * it never ends, because the service itself is one of them).
     *
     * <p>{@link InputStream#available()} is the number of bytes in the pipe, whatever the pipe's capacity was or has become.
     * Unlike the stream's other methods, it may be called by any thread at any time, and never waits. While a read is in
     * progress it may be 0 instead, because that read takes what arrives.
     */
    InputStream output();

    /** From the child's stderr, always a pipe of its own; otherwise like {@link #output()}. */
    InputStream errors();

    /** A quicker way to the same pipes; null in {@link Topology#SHARED}, and where the system has none. */
    default @Nullable NonBlockingPipes nonBlocking() {
        return null;
    }

    /**
     * What the child is doing; null once it has exited, and where the system has no such states: on Windows, not a process is
     * suspended but each of its threads.
     */
    default @Nullable ProcessState state() {
        return null;
    }

    /** Waits for the child to exit; on a platform thread only. Its pipes may still hold what it wrote. */
    ExitStatus waitFor() throws InterruptedException;

    /**
     * Asks the child to stop, which it may ignore: by SIGTERM, or on Windows by CTRL_BREAK.
     *
     * @return why it could not be asked, for the user; null if it was, or has exited
     */
    @Nullable String terminate();

    /**
     * Sends a signal to the child's process group; on Windows to all of its descendants, too, if it is KILL. Does not wait for
     * its effect: the child may ignore it, or have exited before it arrives.
     *
     * @return the system's own name for what was sent, such as {@code SIGINT}; null if the child has exited
     * @throws UnsupportedSignalException if it cannot be sent to this child
     */
    @Nullable String signal(ChildSignal signal);

    /** Kills the child and all of its descendants, including those that outlived it. Does not wait for them to end. */
    void kill();

    /** Kills what is left of the child, closes the streams and releases the process. Idempotent. */
    @Override
    void close();
}
