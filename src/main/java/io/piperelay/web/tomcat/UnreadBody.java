package io.piperelay.web.tomcat;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.catalina.connector.Request;
import org.apache.coyote.ActionCode;

/**
 * What is left of a request's body once the request was answered.
 *
 * <p>It is read and dropped for a moment, so that a client which only sends before it reads gets its answer; then the
 * connection is closed. Tomcat would wait for each further byte, and a client that drips them would never be rid of.
 */
final class UnreadBody {

    private static final Duration LINGER = Duration.ofSeconds(1);
    private static final long PAUSE_NANOS = Duration.ofMillis(5).toNanos();
    private static final int BUFFER = 64 * 1024;

    private final org.apache.coyote.Request request;
    private final InputStream body;

    private UnreadBody(Request request) throws IOException {
        this.request = request.getCoyoteRequest();
        this.body = request.getStream();
    }

    static void drop(Request request) throws IOException {
        var unread = new UnreadBody(request);
        if (!unread.isFinished()) {
            try {
                request.getResponse().flushBuffer();
                unread.linger();
            } finally {
                unread.giveUp();
            }
        }
    }

    private boolean isFinished() {
        var finished = new AtomicBoolean();
        request.action(ActionCode.REQUEST_BODY_FULLY_READ, finished);
        return finished.get();
    }

    private void linger() throws IOException {
        long deadline = System.nanoTime() + LINGER.toNanos();
        byte[] buffer = new byte[BUFFER];
        // Reading on in a chunked body can block in the middle of a chunk's header, so of such a body nothing is read.
        boolean readable = request.getContentLengthLong() > 0;
        while (readable && !isFinished() && System.nanoTime() < deadline) {
            request.action(ActionCode.AVAILABLE, Boolean.TRUE);
            if (request.getAvailable() > 0) {
                readable = body.read(buffer) >= 0;
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
}
