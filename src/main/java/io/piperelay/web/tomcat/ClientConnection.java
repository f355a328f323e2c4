package io.piperelay.web.tomcat;

import jakarta.servlet.ServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.coyote.ActionCode;
import org.apache.tomcat.util.net.SocketWrapperBase;

/** The connection that a request came on. */
public final class ClientConnection {

    private static final String ATTRIBUTE = ClientConnection.class.getName();

    /** What Tomcat reports as available when its attempt to read ended with an exception. */
    private static final int FAILED_READ = 1;

    private final org.apache.coyote.Request request;
    private final SocketWrapperBase<?> socket;
    private final long usualWriteTimeout;

    private ClientConnection(org.apache.coyote.Request request, SocketWrapperBase<?> socket) {
        this.request = request;
        this.socket = socket;
        this.usualWriteTimeout = socket.getWriteTimeout();
    }

    static ClientConnection attach(Request request) {
        var connection = new ClientConnection(request.getCoyoteRequest(), CurrentConnection.get());
        request.setAttribute(ATTRIBUTE, connection);
        return connection;
    }

    /** Leaves it as it was before the request. */
    void detach() {
        socket.setWriteTimeout(usualWriteTimeout);
    }

    public static ClientConnection of(ServletRequest request) {
        return (ClientConnection) request.getAttribute(ATTRIBUTE);
    }

    /**
     * Whether the client has closed or lost its connection, as far as this machine knows. Never blocks. To be called by
     * the request's own thread; tells nothing before the request's body was read.
     *
     * <p>Writing does not tell: what fits into the socket's buffer is always accepted. So this looks by a non-blocking
     * read. A client that sends its next request early is not gone; one that has sent just a single byte of it is taken
     * for gone.
     */
    public boolean isGone() {
        var bodyRead = new AtomicBoolean();
        request.action(ActionCode.REQUEST_BODY_FULLY_READ, bodyRead);
        if (!bodyRead.get()) {
            return false;
        }
        request.action(ActionCode.AVAILABLE, Boolean.TRUE);
        return request.getAvailable() == FAILED_READ;
    }

    /**
     * Whether the client of an answer that may take for ever has gone, or has sent more, which nobody would read before it
     * goes. It is dropped, so the connection can't be used any further then. Never blocks.
     */
    public boolean isGoneOrSpeaking() {
        try {
            return socket.read(false, ByteBuffer.allocate(1)) != 0;
        } catch (IOException e) {
            return true;
        }
    }

    /** For how long the client may accept nothing of the answer to this request. */
    public void setWriteTimeout(Duration timeout) {
        socket.setWriteTimeout(timeout.toMillis());
    }

    /** Closes the connection, whatever was written to it of an answer. */
    public void abort() {
        request.action(ActionCode.CLOSE_NOW, null);
    }
}
