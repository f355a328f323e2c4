package io.piperelay.web.payload;

import io.piperelay.web.problem.ProblemException;
import io.piperelay.web.problem.ProblemType;
import io.piperelay.web.tomcat.ClientConnection;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/** A response that continues as long as there is something to send, each part of which should arrive at once. */
public final class LiveResponse {

    /** In how large pieces many bytes pass through the container. */
    static final int PIECE = 8 * 1024;

    private final ClientConnection connection;
    private final HttpServletResponse response;
    private final Duration stallTimeout;

    /** @param stallTimeout how long the client may receive nothing */
    public LiveResponse(HttpServletRequest request, HttpServletResponse response, Duration stallTimeout) {
        if (request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null) {
            throw new ProblemException(ProblemType.BAD_REQUEST, "A request for a stream must not have a body.");
        }
        this.connection = ClientConnection.of(request);
        this.response = response;
        this.stallTimeout = stallTimeout;
    }

    /** Sends the head, so that the client knows that it is connected, and asks proxies not to buffer what follows. */
    public void open(String contentType) throws IOException {
        if (connection.isGone()) {
            throw ProblemException.clientGone();
        }
        connection.setWriteTimeout(stallTimeout);
        response.setContentType(contentType);
        response.setHeader("X-Accel-Buffering", "no"); // nginx and others
        response.flushBuffer();
        connection.answerBegins();
    }

    /** Writes to the answer's body. */
    public interface Part {
        void writeTo(OutputStream body) throws IOException;
    }

    /** The body; what is written to it is sent when it is {@linkplain #flush flushed}. */
    public OutputStream body() throws IOException {
        return response.getOutputStream();
    }

    /** Returns once everything has been handed to the network. */
    public void flush() throws IOException {
        response.flushBuffer();
    }

    /** Returns once the part, of this many bytes, has been handed to the network. */
    public void send(int bytes, Part part) throws IOException {
        connection.write(bytes, () -> {
            part.writeTo(response.getOutputStream());
            response.flushBuffer();
        });
    }

    /** Whether the client has disconnected; then the response must not be ended as if it were complete. */
    public boolean isOver() {
        boolean over = connection.isGoneOrOutOfSight();
        if (over) {
            connection.abort();
        }
        return over;
    }
}
