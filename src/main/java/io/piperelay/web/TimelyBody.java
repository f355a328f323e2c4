package io.piperelay.web;

import io.piperelay.web.tomcat.ReadDeadline;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * A request's body that has to keep coming: each 64 KiB of it, or its end, within a time. Only waiting for the client
 * counts, not the time in between, in which the child may hold the client up.
 */
final class TimelyBody extends InputStream {

    private static final int PORTION = 64 * 1024;

    private final InputStream body;
    private final long timeoutNanos;
    private long waited;
    private int received;

    TimelyBody(InputStream body, Duration timeout) {
        this.body = body;
        this.timeoutNanos = timeout.toNanos();
    }

    @Override
    public int read() throws IOException {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        long start = System.nanoTime();
        int count = ReadDeadline.within(timeoutNanos - waited, () -> body.read(buffer, offset, length));
        waited += System.nanoTime() - start;
        received += Math.max(count, 0);
        if (received >= PORTION) {
            received = 0;
            waited = 0;
        } else if (count >= 0 && waited > timeoutNanos) {
            throw new SocketTimeoutException("the body comes too slowly");
        }
        return count;
    }
}
