package io.piperelay.web.payload;

import io.piperelay.web.tomcat.ClientConnection;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;

/** A request's body that has to keep arriving at the required pace. */
public final class DeadlineInputStream extends InputStream {

    private final ClientConnection connection;
    private final InputStream body;
    private final ArrivalClock clock;

    public DeadlineInputStream(HttpServletRequest request, ClientPace pace) throws IOException {
        this.connection = ClientConnection.of(request);
        this.body = request.getInputStream();
        this.clock = new ArrivalClock(pace);
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
        long left = clock.left();
        if (left <= 0) {
            throw new SocketTimeoutException("the body arrives too slowly");
        }
        long start = System.nanoTime();
        int count = connection.readWithin(left, () -> body.read(buffer, offset, length));
        clock.note(System.nanoTime() - start, Math.max(count, 0));
        connection.expect(clock.received());
        return count;
    }
}
