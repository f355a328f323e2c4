package io.piperelay.web.tomcat;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;

/**
 * Until when a thread waits for what a client still has to send.
 *
 * <p>Tomcat's own timeout starts again with every byte. Between the chunks of a body, and behind them, there are bytes that
 * are no part of it; whoever drips those keeps the thread inside Tomcat, where nobody else could look at the time. Where no
 * byte comes at all, Tomcat's own timeout is shortened to what is left.
 */
public final class ReadDeadline {

    /** Reads from a client's connection. */
    public interface Reading {
        int read() throws IOException;
    }

    private static final ThreadLocal<Long> END = new ThreadLocal<>();

    private ReadDeadline() {}

    /** Reads; throws if the bytes do not come in time. */
    public static int within(long nanos, Reading reading) throws IOException {
        NioSocketWrapper connection = CurrentConnection.get();
        long usual = connection.getReadTimeout();
        long left = Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos));
        END.set(System.nanoTime() + nanos);
        connection.updateLastRead(); // Or the time in which nobody wanted to read would count.
        connection.setReadTimeout(usual > 0 ? Math.min(usual, left) : left);
        try {
            return reading.read();
        } finally {
            connection.setReadTimeout(usual);
            END.remove();
        }
    }

    /** To be called by the thread that reads, before it does. */
    static void check() throws SocketTimeoutException {
        Long end = END.get();
        if (end != null && System.nanoTime() - end > 0) {
            throw new SocketTimeoutException("the body comes too slowly");
        }
    }
}
