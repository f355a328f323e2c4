package io.piperelay.web.tomcat;

import java.io.IOException;
import java.time.Duration;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 with a deadline for a request's headers as a whole. Tomcat's own timeout starts again with every byte, so that
 * a client which drips its headers keeps its connection for as long as it likes.
 *
 * <p>Public because Tomcat creates it by its name.
 */
public final class RelayProtocol extends Http11NioProtocol {

    private volatile long headerTimeoutNanos = Long.MAX_VALUE;

    void setHeaderTimeout(Duration timeout) {
        headerTimeoutNanos = timeout.toNanos();
    }

    @Override
    protected Processor createProcessor() {
        return new HeaderDeadline();
    }

    /** Looks at the time whenever bytes arrive; a client that sends none is the plain timeout's business. */
    private final class HeaderDeadline extends Http11Processor {

        private @Nullable SocketWrapperBase<?> reading;
        private long since;

        private HeaderDeadline() {
            super(RelayProtocol.this, RelayProtocol.this.getAdapter());
        }

        @Override
        public SocketState service(SocketWrapperBase<?> socket) throws IOException {
            if (reading != socket) {
                reading = socket;
                since = System.nanoTime();
            }
            SocketState state = super.service(socket);
            boolean headersIncomplete = state == SocketState.LONG && !isAsync();
            if (!headersIncomplete) {
                reading = null;
                return state;
            }
            return System.nanoTime() - since > headerTimeoutNanos ? SocketState.CLOSED : state;
        }
    }
}
