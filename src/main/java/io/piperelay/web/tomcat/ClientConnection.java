package io.piperelay.web.tomcat;

import jakarta.servlet.ServletRequest;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import org.apache.catalina.connector.ClientAbortException;
import org.apache.catalina.connector.Request;
import org.apache.coyote.ActionCode;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SecureNioChannel;
import org.apache.tomcat.util.net.SocketBufferHandler;

/**
 * The connection of a request. Without it, nobody could check whether the client is still connected, limit the time that it
 * takes, or abort an answer so that it notices: the servlet API has no notion of connections.
 *
 * <p>Confined to the thread that serves the request.
 */
public final class ClientConnection {

    private static final String ATTRIBUTE = ClientConnection.class.getName();

    /** Tomcat's own notes go up to 2. Unlike an attribute, a note outlives the request. */
    static final int SOCKET_NOTE = 20;

    /** The number of bytes from which a large buffer is worthwhile. */
    private static final int MANY = 16 * 1024;

    /** In nanoseconds. */
    private static final long SOME_TIME = Duration.ofMillis(500).toNanos();

    /** Reads a part of a request. */
    public interface Reading {
        int read() throws IOException;
    }

    /** Writes a part of an answer. */
    public interface Writing {
        void write() throws IOException;
    }

    private enum Sight {
        HERE,
        GONE,
        /** The client has sent so much that nothing beyond it can be seen. */
        BLOCKED
    }

    private final org.apache.coyote.Request request;
    private final NioSocketWrapper socket;
    private final long usualWriteTimeout;
    private final long begun = System.nanoTime();
    private boolean resetsAtEnd;

    private ClientConnection(org.apache.coyote.Request request) {
        this.request = request;
        this.socket = (NioSocketWrapper) Objects.requireNonNull(request.getNote(SOCKET_NOTE), "no connection");
        this.usualWriteTimeout = socket.getWriteTimeout();
    }

    /** Records the connection of the requests that are read next. */
    static void note(NioSocketWrapper socket, org.apache.coyote.Request request) {
        request.setNote(SOCKET_NOTE, socket);
    }

    static ClientConnection attach(Request request) {
        var connection = new ClientConnection(request.getCoyoteRequest());
        request.setAttribute(ATTRIBUTE, connection);
        return connection;
    }

    /** The answer to the request is complete. */
    void complete() {
        if (resetsAtEnd) {
            resetAtEnd(false);
        }
    }

    /** Restores the state from before the request. */
    void detach() {
        socket.setWriteTimeout(usualWriteTimeout);
        deadlines().requestServed();
        if (socket.getSocketBufferHandler() instanceof SocketBuffers buffers) {
            buffers.shrinkRead();
        }
    }

    public static ClientConnection of(ServletRequest request) {
        return (ClientConnection) request.getAttribute(ATTRIBUTE);
    }

    /**
     * Whether the client has closed or lost its connection, as far as this machine knows, or has closed its sending side,
     * which looks the same. Never blocks.
     *
     * <p>Writing does not reveal that: what fits into the system's buffer is always accepted. So this reads what the client
     * may have sent already, up to the size of the socket's buffer; a client that has sent more counts as connected.
     */
    public boolean isGone() {
        return look() == Sight.GONE;
    }

    /**
     * The same for an answer of unlimited length: the client also counts as gone if it has sent so much that its disconnect
     * could not be noticed. Never blocks.
     */
    public boolean isGoneOrOutOfSight() {
        return look() != Sight.HERE;
    }

    /**
     * Reads ahead into the socket's own buffer, where the container looks first for what comes next. The container's input
     * buffer must not be touched: what follows the current request there belongs to the next one.
     */
    private Sight look() {
        if (socket.isClosed()) {
            return Sight.GONE;
        }
        SocketBufferHandler buffers = socket.getSocketBufferHandler();
        buffers.configureReadBufferForWrite();
        ByteBuffer ahead = buffers.getReadBuffer();
        // TLS needs space for a whole record, and makes it only while the buffer is empty.
        boolean secure = socket.getSocket() instanceof SecureNioChannel;
        if (secure ? ahead.position() > 0 : !ahead.hasRemaining()) {
            return Sight.BLOCKED;
        }
        try {
            int count = socket.getSocket().read(ahead);
            rest();
            return count < 0 ? Sight.GONE : Sight.HERE;
        } catch (IOException e) {
            return Sight.GONE;
        }
    }

    /** Whoever still waits may go on for long. */
    private void rest() {
        boolean waits = System.nanoTime() - begun > SOME_TIME;
        if (waits && socket.getSocketBufferHandler() instanceof SocketBuffers buffers) {
            buffers.rest();
        }
    }

    /**
     * Reads a part of the request's body; the client has this long to send it.
     *
     * @throws SocketTimeoutException if it does not
     */
    public int readWithin(long nanos, Reading reading) throws IOException {
        try {
            return deadlines().readWithin(nanos, reading);
        } catch (ClientAbortException e) {
            if (e.getCause() instanceof SocketTimeoutException late) {
                throw late;
            }
            throw e;
        }
    }

    /** Writes an answer, or a part of it, of about this many bytes; the client has this long to receive it. */
    public void writeWithin(long nanos, int bytes, Writing writing) throws IOException {
        deadlines().writeWithin(nanos, () -> write(bytes, writing));
    }

    /** Writes a part of an answer, of about this many bytes, and flushes it. */
    public void write(int bytes, Writing writing) throws IOException {
        if (bytes < MANY || !(socket.getSocketBufferHandler() instanceof SocketBuffers buffers)) {
            writing.write();
            return;
        }
        buffers.enlargeWrite();
        writing.write();
        buffers.shrinkWrite();
    }

    /** Announces that this many bytes of the request's body are to be read, or have been. */
    public void expect(long bytes) {
        if (bytes >= MANY && socket.getSocketBufferHandler() instanceof SocketBuffers buffers) {
            buffers.enlargeRead();
        }
    }

    private ChannelDeadlines deadlines() {
        return deadlines(socket);
    }

    /** A connection that has been closed in the meantime has no deadlines of its own any more. */
    static ChannelDeadlines deadlines(NioSocketWrapper socket) {
        return socket.getSocket() instanceof DeadlineChannel channel
                ? channel.deadlines()
                : new ChannelDeadlines(socket);
    }

    /** How long the client may receive nothing of the answer to this request. */
    public void setWriteTimeout(Duration timeout) {
        socket.setWriteTimeout(timeout.toMillis());
    }

    /**
     * To be called once an answer without a known length has begun. If only the end of the connection ends it, as in
     * HTTP/1.0, the connection is reset if the service does not get to the end of the answer, so that the client can tell
     * that it is incomplete (<a href="https://www.rfc-editor.org/rfc/rfc9112#section-8">RFC 9112, 8</a>).
     */
    public void answerBegins() {
        if (isEndedByClosing()) {
            resetAtEnd(true);
        }
    }

    /** Closes the connection, whatever part of an answer was written to it, so that the client can tell. */
    public void abort() {
        answerBegins();
        resetsAtEnd = false; // And it stays so.
        request.action(ActionCode.CLOSE_NOW, null);
    }

    private boolean isEndedByClosing() {
        org.apache.coyote.Response response = request.getResponse();
        return response.isCommitted()
                && response.getContentLengthLong() < 0
                && response.getMimeHeaders().getHeader("Transfer-Encoding") == null;
    }

    private void resetAtEnd(boolean reset) {
        try {
            socket.getSocket().getIOChannel().setOption(StandardSocketOptions.SO_LINGER, reset ? 0 : -1);
            resetsAtEnd = reset;
        } catch (IOException e) {
            // It is already closed.
        }
    }
}
