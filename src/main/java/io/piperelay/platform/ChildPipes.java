package io.piperelay.platform;

/**
 * The pipes of one session before their child is there: both ends of each, all owned by this object.
 *
 * <p>Used by one thread. {@link #launch} passes the service's ends on to the {@link ChildProcess} and closes the
 * child's ends here (except in {@link Topology#SHARED}, where they are the same); {@link #close} afterwards does
 * nothing, so that try-with-resources is right on every path.
 */
public interface ChildPipes extends AutoCloseable {

    PipeHandles handles();

    /**
     * Starts a child whose stdin, stdout and stderr are these pipes and which inherits nothing else. The child gets
     * exactly the environment that the command names, and ends with the service, however the service ends.
     *
     * @throws NativeCallException if the system could not start it; every pipe is closed then, and no process is left
     * @throws IllegalStateException if these pipes have their child already, or are closed
     */
    ChildProcess launch(ChildCommand command) throws NativeCallException;

    /** Closes every end that this object still owns. Never blocks, never fails, may be repeated. */
    @Override
    void close();
}
