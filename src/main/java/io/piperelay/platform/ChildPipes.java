package io.piperelay.platform;

/**
 * The pipes of one session before its child is launched: both ends of each, all owned by this object.
 *
 * <p>Not thread-safe. {@link #launch} hands the service's ends over to the {@link ChildProcess} and closes the child's
 * ends (except in {@link Topology#SHARED}, where they are the same); {@link #close} does nothing after that, so
 * try-with-resources is right on every path.
 */
public interface ChildPipes extends AutoCloseable {

    PipeHandles handles();

    /**
     * Starts a child whose stdin, stdout and stderr are these pipes and which inherits nothing else. The child gets
     * exactly the environment that the command names, and ends with the service, however the service ends.
     *
     * @throws NativeCallException if the system could not start it; then every pipe is closed, and no process is left
     * @throws IllegalStateException if these pipes already have a child, or are closed
     */
    ChildProcess launch(ChildCommand command) throws NativeCallException;

    /** Closes every end that this object still owns. Never blocks or fails; idempotent. */
    @Override
    void close();
}
