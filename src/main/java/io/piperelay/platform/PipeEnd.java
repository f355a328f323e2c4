package io.piperelay.platform;

/** The one owner of a pipe's end. */
public interface PipeEnd extends AutoCloseable {

    /** What the system knows it by: a file descriptor, or the value of a HANDLE. */
    long value();

    /** Never fails; does nothing the second time, whatever the number is by then. */
    @Override
    void close();
}
