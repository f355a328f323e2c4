package io.piperelay.web.tomcat;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;

/**
 * The deadlines for reading from and writing to a client's connection; a field of its {@linkplain DeadlineChannel channel},
 * which checks them at each step. Without it, only the time without any progress would be bounded.
 *
 * <p>Tomcat's own timeouts restart with every byte. A client that drips bytes that are not part of a body, or receives a few
 * bytes of an answer now and then, keeps the thread inside Tomcat, where nothing else could check the time. If no byte
 * moves at all, Tomcat's own timeout is shortened to the time left.
 *
 * <p>Confined to the thread that serves the connection.
 */
final class ChannelDeadlines {

    private static final long NONE = Long.MAX_VALUE;

    private final NioSocketWrapper socket;
    private final long epoch = System.nanoTime();
    private long readEnd = NONE;
    private long writeEnd = NONE;

    /** When the first byte of the awaited request arrived, if only of a blank line. */
    private long requestStart = NONE;

    private boolean requestServed;

    ChannelDeadlines(NioSocketWrapper socket) {
        this.socket = socket;
    }

    /** @throws SocketTimeoutException if the bytes do not arrive in time */
    int readWithin(long nanos, ClientConnection.Reading reading) throws IOException {
        long usual = socket.getReadTimeout();
        readEnd = now() + nanos;
        socket.updateLastRead(); // Otherwise the time in which nobody read would count.
        socket.setReadTimeout(shorter(usual, nanos));
        try {
            return reading.read();
        } finally {
            socket.setReadTimeout(usual);
            readEnd = NONE;
        }
    }

    /** @throws SocketTimeoutException, or an exception that Tomcat wraps it in, if the client is too slow to receive it */
    void writeWithin(long nanos, ClientConnection.Writing writing) throws IOException {
        long usual = socket.getWriteTimeout();
        writeEnd = now() + nanos;
        socket.setWriteTimeout(shorter(usual, nanos));
        try {
            writing.write();
        } finally {
            socket.setWriteTimeout(usual);
            writeEnd = NONE;
        }
    }

    /** To be called before each step that reads. */
    void beforeRead() throws SocketTimeoutException {
        if (readEnd != NONE && now() > readEnd) {
            throw new SocketTimeoutException("the body arrives too slowly");
        }
    }

    /** To be called before each step that writes: Tomcat then waits for the next one no longer than the time left. */
    void beforeWrite() throws SocketTimeoutException {
        if (writeEnd == NONE) {
            return;
        }
        long left = writeEnd - now();
        if (left <= 0) {
            throw new SocketTimeoutException("the client receives the answer too slowly");
        }
        socket.setWriteTimeout(shorter(socket.getWriteTimeout(), left));
    }

    /** Bytes have arrived while no request was in progress. */
    void somethingCame() {
        requestServed = false;
        if (requestStart == NONE) {
            requestStart = now();
        }
    }

    /** What arrives next belongs to another request. */
    void requestServed() {
        requestServed = true;
        requestStart = now();
    }

    /**
     * All bytes that have arrived have been parsed.
     *
     * @return how long the awaited request has been arriving, if only as a blank line
     */
    long usedUp() {
        if (requestServed) {
            requestStart = NONE;
            return 0;
        }
        return requestPending();
    }

    /** How long the request that is arriving has taken so far, in nanoseconds. */
    long requestPending() {
        return now() - requestStart;
    }

    private long now() {
        return System.nanoTime() - epoch;
    }

    /** In milliseconds, for Tomcat, for which 0 and less mean forever. */
    private static long shorter(long millis, long nanos) {
        long left = Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos));
        return millis > 0 ? Math.min(millis, left) : left;
    }
}
