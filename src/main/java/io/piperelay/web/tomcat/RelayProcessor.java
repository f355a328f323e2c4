package io.piperelay.web.tomcat;

import io.piperelay.web.access.RequestTargetFilter;
import io.piperelay.web.problem.Problem;
import io.piperelay.web.problem.ProblemType;
import io.piperelay.web.problem.ProblemWriter;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.apache.coyote.ErrorState;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.buf.MessageBytes;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.apache.tomcat.util.res.StringManager;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests, and limits the time that their headers take. Without it, a client that drips its headers, or blank lines
 * before them, could keep its connection as long as it likes: Tomcat's own timeout restarts with every byte.
 *
 * <p>Checks the time whenever bytes arrive; a client that sends nothing is left to Tomcat's timeout.
 */
final class RelayProcessor extends Http11Processor {

    private static final int TARGET_TOO_LONG = 414;
    private static final int HEADERS_TOO_LARGE = 431;

    /** Tomcat's message when a request's head does not fit into its buffer. */
    private static final String TOO_LARGE =
            StringManager.getManager(Http11Processor.class).getString("iib.requestheadertoolarge.error");

    /** The status with which the request is refused because it is too large, or 0. */
    private int refusal;

    private final long headerTimeoutNanos;
    private final ProblemWriter problems;

    RelayProcessor(RelayProtocol protocol, Duration headerTimeout, ProblemWriter problems) {
        super(protocol, protocol.getAdapter());
        this.headerTimeoutNanos = headerTimeout.toNanos();
        this.problems = problems;
    }

    @Override
    public SocketState service(SocketWrapperBase<?> socket) throws IOException {
        refusal = 0;
        ClientConnection.note((NioSocketWrapper) socket, request);
        ChannelDeadlines deadlines = ClientConnection.deadlines((NioSocketWrapper) socket);
        deadlines.somethingCame();
        SocketState state = super.service(socket);
        if (pending(state, deadlines) <= headerTimeoutNanos) {
            return state;
        }
        refuse(socket);
        return SocketState.CLOSED;
    }

    /** How long a request's headers, or blank lines before them, have been arriving without being complete. */
    private long pending(SocketState state, ChannelDeadlines deadlines) {
        return switch (state) {
            case OPEN -> deadlines.usedUp();
            case LONG -> isAsync() ? 0 : deadlines.requestPending();
            default -> 0;
        };
    }

    private void refuse(SocketWrapperBase<?> socket) throws IOException {
        var problem = new Problem(ProblemType.REQUEST_TIMEOUT, "The request headers did not arrive in time.");
        String path = request.requestURI().toString();
        byte[] answer = problems.closingAnswer(problem, path);
        socket.write(false, answer, 0, answer.length);
        socket.flush(false);
    }

    /** Says what was too large, where Tomcat says only that something is wrong: RFC 9112, 3, and RFC 6585, 5. */
    @Override
    protected void setErrorState(ErrorState state, @Nullable Throwable failure) {
        super.setErrorState(state, failure);
        if (isTooMuch(failure)) {
            refusal = isTargetTooLong() ? TARGET_TOO_LONG : HEADERS_TOO_LARGE;
        }
        // Tomcat then also complains that there is no Host among the headers, which were not read.
        if (refusal != 0 && response.getStatus() == HttpServletResponse.SC_BAD_REQUEST) {
            response.setStatus(refusal);
        }
    }

    /** Too many bytes, or too many headers. */
    private static boolean isTooMuch(@Nullable Throwable failure) {
        return failure instanceof IllegalStateException
                || (failure instanceof IllegalArgumentException && TOO_LARGE.equals(failure.getMessage()));
    }

    /** If a target does not fit into Tomcat's buffer, nothing of it is kept. */
    private boolean isTargetTooLong() {
        MessageBytes path = request.requestURI();
        return path.isNull()
                || RequestTargetFilter.isTooLong(
                        path.getLength() + request.queryString().getLength());
    }
}
