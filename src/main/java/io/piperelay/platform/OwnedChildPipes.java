package io.piperelay.platform;

/**
 * What both systems have in common: the pipes are acquired together, and closed together unless a child has taken them
 * over. With a shared pipe, {@code input} and {@code output} are the same.
 */
public abstract class OwnedChildPipes<E extends PipeEnd> implements ChildPipes {

    protected final Pipe<E> input;
    protected final Pipe<E> output;
    protected final Pipe<E> errors;

    private boolean owned = true;

    /** Creates a pipe. */
    @FunctionalInterface
    protected interface Maker<E extends PipeEnd> {

        /** @param bufferSize in bytes; 0 for the system's default */
        Pipe<E> create(int bufferSize) throws NativeCallException;
    }

    protected OwnedChildPipes(Topology topology, int bufferSize, Maker<E> maker) throws NativeCallException {
        Pipe<E> first = maker.create(bufferSize);
        Pipe<E> second = first;
        try {
            second = topology == Topology.SHARED ? first : maker.create(bufferSize);
            this.errors = maker.create(0);
        } catch (Throwable e) {
            first.close();
            second.close();
            throw e;
        }
        this.input = first;
        this.output = second;
    }

    @Override
    public final PipeHandles handles() {
        return new PipeHandles(
                PipeHandles.show(output.readEnd().value()),
                PipeHandles.show(input.writeEnd().value()),
                output.capacity());
    }

    @Override
    public final ChildProcess launch(ChildCommand command) throws NativeCallException {
        if (!owned) {
            throw new IllegalStateException("these pipes have their child, or are closed");
        }
        try {
            ChildProcess child = start(command);
            owned = false;
            closeChildEnds();
            return child;
        } finally {
            close();
        }
    }

    /**
     * Starts the child. Takes ownership of the service's ends when it returns; if it throws, no process is left, and the ends
     * that are still open are closed here.
     */
    protected abstract ChildProcess start(ChildCommand command) throws NativeCallException;

    /** They are no longer needed here; of a shared pipe, the service keeps both ends. */
    @SuppressWarnings("ReferenceEquality") // One pipe, not two that are alike.
    private void closeChildEnds() {
        errors.writeEnd().close();
        if (input != output) {
            input.readEnd().close();
            output.writeEnd().close();
        }
    }

    @Override
    public final void close() {
        if (owned) {
            owned = false;
            input.close();
            output.close();
            errors.close();
        }
    }
}
