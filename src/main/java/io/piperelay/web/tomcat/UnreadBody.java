package io.piperelay.web.tomcat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.catalina.connector.Request;
import org.apache.coyote.ActionCode;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

/**
 * What is left of a request's body after the request has been answered. Without it, a client that drips the rest would
 * occupy its thread forever: Tomcat waits for each further byte.
 *
 * <p>The rest is read and discarded for a moment, so that a client that sends everything before it reads gets its answer; if
 * it does not end by then, the connection is closed.
 */
final class UnreadBody {

    private static final Duration LINGER = Duration.ofSeconds(1);

    private static final long PAUSE_NANOS = Duration.ofMillis(5).toNanos();

    /** Tomcat's own request, because the servlet's stream may already have been closed. */
    private final org.apache.coyote.Request request;

    private UnreadBody(Request request) {
        this.request = request.getCoyoteRequest();
    }

    /** @param places limits how many bodies are read at once; any more are given up at once */
    static void drop(Request request, Semaphore places) throws IOException {
        var unread = new UnreadBody(request);
        if (unread.isFinished()) {
            return;
        }
        boolean place = places.tryAcquire();
        try {
            request.getResponse().flushBuffer();
            if (place) {
                unread.linger();
            }
        } finally {
            if (place) {
                places.release();
            }
            unread.giveUp();
        }
    }

    private boolean isFinished() {
        var finished = new AtomicBoolean();
        request.action(ActionCode.REQUEST_BODY_FULLY_READ, finished);
        return finished.get();
    }

    private void linger() throws IOException {
        long deadline = System.nanoTime() + LINGER.toNanos();
        // Reading a chunked body can block in the middle of a chunk's header, so such a body is not read.
        boolean readable = request.getContentLengthLong() > 0;
        boolean underWay = !request.hasExpectation() || request.getBytesRead() > 0;
        while (readable && !isFinished() && System.nanoTime() < deadline) {
            request.action(ActionCode.AVAILABLE, true);
            if (request.getAvailable() > 0) {
                readable = request.doRead(new Dropped()) >= 0;
            } else if (!underWay) {
                return; // The client waited for 100 Continue, and has got the answer instead.
            } else {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private void giveUp() {
        if (!isFinished()) {
            request.action(ActionCode.DISABLE_SWALLOW_INPUT, null);
        }
    }

    /** Where Tomcat puts the discarded bytes. */
    private static final class Dropped implements ApplicationBufferHandler {

        private ByteBuffer bytes = ByteBuffer.allocate(0);

        @Override
        public void setByteBuffer(ByteBuffer buffer) {
            bytes = buffer;
        }

        @Override
        public ByteBuffer getByteBuffer() {
            return bytes;
        }

        @Override
        public void expand(int size) {
            // Tomcat passes its own buffer, which is large enough.
        }
    }
}
