package io.piperelay.web.tomcat;

import io.piperelay.web.problem.Problem;
import io.piperelay.web.problem.ProblemType;
import io.piperelay.web.problem.ProblemWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.apache.coyote.ErrorState;
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
    private volatile @Nullable ProblemWriter problems;

    void setHeaderTimeout(Duration timeout, ProblemWriter writer) {
        problems = writer;
        headerTimeoutNanos = timeout.toNanos();
    }

    /** Tomcat's quick count is one more or less than there are, so that near the limit they have to be looked at. */
    boolean hasMoreConnectionsThan(int limit) {
        return getConnectionCount() >= limit && getEndpoint().getConnections().size() > limit;
    }

    @Override
    protected Processor createProcessor() {
        return new RelayProcessor();
    }

    /**
     * Looks at the time whenever bytes arrive; a client that sends none is the plain timeout's business. And looks at the
     * headers before Tomcat changes them.
     */
    private final class RelayProcessor extends Http11Processor {

        private @Nullable SocketWrapperBase<?> reading;
        private long since;

        private RelayProcessor() {
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
            if (System.nanoTime() - since <= headerTimeoutNanos) {
                return state;
            }
            refuse(socket);
            return SocketState.CLOSED;
        }

        private void refuse(SocketWrapperBase<?> socket) throws IOException {
            String path = request.requestURI().toString();
            byte[] answer = Objects.requireNonNull(problems)
                    .closingAnswer(
                            new Problem(ProblemType.REQUEST_TIMEOUT, "The request's headers come too slowly."),
                            path == null ? "/" : path);
            socket.write(false, answer, 0, answer.length);
            socket.flush(false);
        }

        /** Asked for between the parsing of the headers and what Tomcat makes of them, among other times. */
        @Override
        protected ErrorState getErrorState() {
            AmbiguousRequestValve.look(request);
            return super.getErrorState();
        }
    }
}
