package io.piperelay.platform;

/**
 * An anonymous pipe. No child inherits either end by accident.
 *
 * @param capacity in bytes, as the system granted it
 */
public record Pipe<E extends PipeEnd>(E readEnd, E writeEnd, int capacity) implements AutoCloseable {

    @Override
    public void close() {
        readEnd.close();
        writeEnd.close();
    }
}
