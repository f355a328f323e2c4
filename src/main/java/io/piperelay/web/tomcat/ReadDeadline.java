package io.piperelay.web.tomcat;

import java.io.IOException;
import java.net.SocketTimeoutException;

/**
 * Until when a thread waits for what a client still has to send.
 *
 * <p>Tomcat's own timeout starts again with every byte. Between the chunks of a body, and behind them, there are bytes that
 * are no part of it; whoever drips those keeps the thread inside Tomcat, where nobody else could look at the time.
 */
public final class ReadDeadline {

    /** Reads from a client's connection. */
    public interface Reading {
        int read() throws IOException;
    }

    private static final ThreadLocal<Long> END = new ThreadLocal<>();

    private ReadDeadline() {}

    /** Reads; if bytes come, but too late, they are of no use any more, and this throws. */
    public static int within(long nanos, Reading reading) throws IOException {
        END.set(System.nanoTime() + nanos);
        try {
            return reading.read();
        } finally {
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
