package io.piperelay.web.payload;

import io.piperelay.web.tomcat.ClientConnection;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;

/**
 * A request's body that has to keep arriving at the required pace. Only the time spent waiting for the client counts, not
 * the time in between, when the child may be holding the client up.
 */
public final class DeadlineInputStream extends InputStream {

    private final ClientConnection connection;
    private final InputStream body;
    private final ClientPace pace;

    /** In nanoseconds, like {@link #portionWaited}; these two are for the whole body, the others for the current portion. */
    private long waited;

    private long received;
    private long portionWaited;
    private int portionReceived;

    public DeadlineInputStream(HttpServletRequest request, ClientPace pace) throws IOException {
        this.connection = ClientConnection.of(request);
        this.body = request.getInputStream();
        this.pace = pace;
        connection.expect(request.getContentLengthLong());
    }

    @Override
    public int read() throws IOException {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xFF;
    }

    /** @throws SocketTimeoutException if the client is too slow; no byte is lost by that */
    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        long left = Math.min(pace.portionNanos() - portionWaited, pace.nanosFor(received) - waited);
        if (left <= 0) {
            throw new SocketTimeoutException("the body arrives too slowly");
        }
        long start = System.nanoTime();
        int count = connection.readWithin(left, () -> body.read(buffer, offset, length));
        note(System.nanoTime() - start, Math.max(count, 0));
        return count;
    }

    private void note(long nanos, int count) {
        waited += nanos;
        received += count;
        connection.expect(received);
        portionWaited += nanos;
        portionReceived += count;
        if (portionReceived >= ClientPace.PORTION) {
            portionReceived = 0;
            portionWaited = 0;
        }
    }
}
