package io.piperelay.web.tomcat;

import io.piperelay.web.problem.ProblemWriter;
import java.time.Duration;
import java.util.Objects;
import org.apache.coyote.Adapter;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 with a deadline for a request's headers as a whole, and on an endpoint that outlives a want of threads.
 *
 * <p>Public because Tomcat creates it by its name.
 */
public final class RelayProtocol extends Http11NioProtocol {

    private @Nullable Duration headerTimeout;
    private @Nullable ProblemWriter problems;
    private String root = "/";

    public RelayProtocol() {
        super(new RelayEndpoint());
    }

    /** To be called before it starts. */
    void configure(Duration newHeaderTimeout, ProblemWriter newProblems, String contextPath) {
        root = contextPath + "/";
        headerTimeout = newHeaderTimeout;
        problems = newProblems;
    }

    @Override
    public void setAdapter(Adapter adapter) {
        super.setAdapter(new WholeServerAdapter(adapter, root));
    }

    /** Tomcat's quick count is one more or less than there are, so that near the limit they have to be looked at. */
    boolean hasMoreConnectionsThan(int limit) {
        return getConnectionCount() >= limit && getEndpoint().getConnections().size() > limit;
    }

    @Override
    protected Processor createProcessor() {
        return new RelayProcessor(this, Objects.requireNonNull(headerTimeout), Objects.requireNonNull(problems));
    }
}
