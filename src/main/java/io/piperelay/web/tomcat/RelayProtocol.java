package io.piperelay.web.tomcat;

import io.piperelay.web.problem.ProblemWriter;
import java.time.Duration;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.Adapter;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;

/**
 * HTTP/1.1 with this package's endpoint, processors and adapter. Without it, Tomcat would use its own: only a protocol can
 * choose them.
 *
 * <p>Public because Tomcat creates it by class name.
 */
@SuppressWarnings("NullAway.Init") // Configured before it starts.
public final class RelayProtocol extends Http11NioProtocol {

    /** Holds the documents of this service; a large answer asks for more. */
    private static final int ANSWER_BUFFER = 2048;

    private Connector connector;
    private String root;
    private Duration headerTimeout;
    private ProblemWriter problems;

    public RelayProtocol() {
        super(new RelayEndpoint());
    }

    /** @param newRoot the path of the service's root */
    void configure(Connector newConnector, String newRoot, Duration newHeaderTimeout, ProblemWriter newProblems) {
        connector = newConnector;
        root = newRoot;
        headerTimeout = newHeaderTimeout;
        problems = newProblems;
    }

    @Override
    public void setAdapter(Adapter tomcats) {
        super.setAdapter(new WholeServer(connector, root));
    }

    /** A client that waits keeps such a buffer, and for characters one of twice its size, which nothing here uses. */
    @Override
    public int getDesiredBufferSize() {
        return ANSWER_BUFFER;
    }

    /** Tomcat's quick count may be off by one, so near the limit the connections themselves have to be counted. */
    boolean hasMoreConnectionsThan(int limit) {
        return getConnectionCount() >= limit && getEndpoint().getConnections().size() > limit;
    }

    @Override
    protected Processor createProcessor() {
        return new RelayProcessor(this, headerTimeout, problems);
    }
}
