package io.piperelay.web.tomcat;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;

/**
 * Until when a client's connection may be read from and written to; a field of its {@linkplain DeadlineChannel channel},
 * which checks at each step. Without it only the time in which not a single byte moves would be bounded.
 *
 * <p>Tomcat's own timeouts start again with every byte. A client that drips bytes which are no part of a body, or takes some
 * bytes of an answer now and then, keeps the thread inside Tomcat, where nothing else could look at the time. Where no byte
 * moves at all, Tomcat's own timeout is shortened to what is left.
 *
 * <p>Used by the thread that serves the connection.
 */
final class ChannelDeadlines {

    private static final long NONE = Long.MAX_VALUE;

    private final NioSocketWrapper socket;
    private final long epoch = System.nanoTime();
    private long readEnd = NONE;
    private long writeEnd = NONE;

    /** Since when a request is awaited of which something has come, if only a blank line. */
    private long requestStart = NONE;

    private boolean requestServed;

    ChannelDeadlines(NioSocketWrapper socket) {
        this.socket = socket;
    }

    /** @throws SocketTimeoutException if the bytes do not come in time */
    int readWithin(long nanos, ClientConnection.Reading reading) throws IOException {
        long usual = socket.getReadTimeout();
        readEnd = now() + nanos;
        socket.updateLastRead(); // Or the time in which nobody wanted to read would count.
        socket.setReadTimeout(shorter(usual, nanos));
        try {
            return reading.read();
        } finally {
            socket.setReadTimeout(usual);
            readEnd = NONE;
        }
    }

    /** @throws SocketTimeoutException, or an exception that Tomcat makes of it, if the client does not take it in time */
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
            throw new SocketTimeoutException("the body comes too slowly");
        }
    }

    /** To be called before each step that writes: Tomcat then waits no longer for the next one than there is time. */
    void beforeWrite() throws SocketTimeoutException {
        if (writeEnd == NONE) {
            return;
        }
        long left = writeEnd - now();
        if (left <= 0) {
            throw new SocketTimeoutException("the answer is taken too slowly");
        }
        socket.setWriteTimeout(shorter(socket.getWriteTimeout(), left));
    }

    /** Bytes have come while no request was in progress. */
    void somethingCame() {
        requestServed = false;
        if (requestStart == NONE) {
            requestStart = now();
        }
    }

    /** What comes next belongs to another request. */
    void requestServed() {
        requestServed = true;
        requestStart = now();
    }

    /**
     * What had come was used up.
     *
     * @return for how long a request has been awaited that has begun, if only by a blank line
     */
    long usedUp() {
        if (requestServed) {
            requestStart = NONE;
            return 0;
        }
        return requestPending();
    }

    /** How long the request that has come in part has taken so far, in nanoseconds. */
    long requestPending() {
        return now() - requestStart;
    }

    private long now() {
        return System.nanoTime() - epoch;
    }

    /** In milliseconds, for Tomcat, to which 0 and less mean for ever. */
    private static long shorter(long millis, long nanos) {
        long left = Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos));
        return millis > 0 ? Math.min(millis, left) : left;
    }
}
