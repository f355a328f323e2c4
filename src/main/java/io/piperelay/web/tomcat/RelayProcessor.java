package io.piperelay.web.tomcat;

import io.piperelay.web.problem.Problem;
import io.piperelay.web.problem.ProblemType;
import io.piperelay.web.problem.ProblemWriter;
import java.io.IOException;
import java.time.Duration;
import org.apache.coyote.ErrorState;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * Reads requests, one connection's after another's.
 *
 * <p>Tomcat's own timeout starts again with every byte, so that a client which drips its headers, or blank lines before them, would keep its connection
 * for as long as it likes. This looks at the time whenever bytes arrive; a client that sends none of its headers is the
 * plain timeout's business.
 */
final class RelayProcessor extends Http11Processor {

    private final long headerTimeoutNanos;
    private final ProblemWriter problems;

    RelayProcessor(RelayProtocol protocol, Duration headerTimeout, ProblemWriter problems) {
        super(protocol, protocol.getAdapter());
        this.headerTimeoutNanos = headerTimeout.toNanos();
        this.problems = problems;
    }

    @Override
    public SocketState service(SocketWrapperBase<?> socket) throws IOException {
        ClientConnection.note((NioSocketWrapper) socket, request);
        Deadlines deadlines = ClientConnection.deadlines((NioSocketWrapper) socket);
        deadlines.somethingCame();
        SocketState state = super.service(socket);
        if (pending(state, deadlines) <= headerTimeoutNanos) {
            return state;
        }
        refuse(socket);
        return SocketState.CLOSED;
    }

    /** For how long a request's headers, or blank lines before them, have been coming without being complete. */
    private long pending(SocketState state, Deadlines deadlines) {
        return switch (state) {
            case OPEN -> deadlines.usedUp();
            case LONG -> isAsync() ? 0 : deadlines.requestPending();
            default -> 0;
        };
    }

    private void refuse(SocketWrapperBase<?> socket) throws IOException {
        var problem = new Problem(ProblemType.REQUEST_TIMEOUT, "The request's headers come too slowly.");
        String path = request.requestURI().toString();
        byte[] answer = problems.closingAnswer(problem, path == null ? "/" : path);
        socket.write(false, answer, 0, answer.length);
        socket.flush(false);
    }

    /** Asked for, among other times, between the parsing of the headers and what Tomcat makes of them. */
    @Override
    protected ErrorState getErrorState() {
        AmbiguousRequestValve.look(request);
        return super.getErrorState();
    }
}
