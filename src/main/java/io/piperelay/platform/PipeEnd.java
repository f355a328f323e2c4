package io.piperelay.platform;

/** The only owner of a pipe's end. */
public interface PipeEnd extends AutoCloseable {

    /** Its number in the system: a file descriptor, or the value of a HANDLE. */
    long value();

    /** Never fails; idempotent, even if the number has been reused by then. */
    @Override
    void close();
}
