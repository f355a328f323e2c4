package io.piperelay.web.tomcat;

import io.piperelay.web.problem.ProblemWriter;
import org.apache.catalina.core.StandardHost;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/** Fits Tomcat for bodies that are streams, and for answers that are never HTML. */
@Component
class TomcatCustomization implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    /** Tomcat's own 8 KiB are the narrowest place between a socket and a pipe. */
    private static final String SOCKET_BUFFER_BYTES = "65536";

    private final ProblemWriter problems;
    private final ConnectionLimits limits;

    TomcatCustomization(ProblemWriter problems, ConnectionLimits limits) {
        this.problems = problems;
        this.limits = limits;
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.addEngineValves(new ClientConnectionValve());
        factory.addContextCustomizers(context -> {
            StandardHost host = (StandardHost) context.getParent();
            host.setErrorReportValveClass(ProblemReportValve.class.getName());
            host.getPipeline().addValve(new ProblemReportValve(problems));
            host.getPipeline().addValve(new ConnectionLimitValve(problems, limits.connections()));
            host.getPipeline().addValve(new AmbiguousRequestValve(problems));
        });
        factory.setProtocol(RelayProtocol.class.getName());
        factory.addConnectorCustomizers(connector -> {
            var protocol = (RelayProtocol) connector.getProtocolHandler();
            protocol.configure(limits.headerTimeout(), problems);
            protocol.setProperty("socket.appReadBufSize", SOCKET_BUFFER_BYTES);
            protocol.setProperty("socket.appWriteBufSize", SOCKET_BUFFER_BYTES);
            int connections = limits.connections() + ConnectionLimitValve.SURPLUS;
            protocol.setMaxConnections(connections);
            // As many threads, so that no client's slowness takes the thread from another. Virtual ones are used
            // instead
            // where there are any.
            protocol.setMaxThreads(connections);
        });
    }
}
