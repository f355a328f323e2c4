package io.piperelay.web.tomcat;

import io.piperelay.web.problem.ProblemWriter;
import org.apache.catalina.core.StandardHost;
import org.apache.coyote.AbstractProtocol;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/** Fits Tomcat for bodies that are streams, and for answers that are never HTML. */
@Component
class TomcatCustomization implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    /** Tomcat's own 8 KiB are the narrowest place between a socket and a pipe. */
    private static final String SOCKET_BUFFER_BYTES = "65536";

    private final ProblemWriter problems;

    TomcatCustomization(ProblemWriter problems) {
        this.problems = problems;
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.addEngineValves(new ClientConnectionValve());
        factory.addContextCustomizers(context -> {
            StandardHost host = (StandardHost) context.getParent();
            host.setErrorReportValveClass(ProblemReportValve.class.getName());
            host.getPipeline().addValve(new ProblemReportValve(problems));
        });
        factory.addConnectorCustomizers(connector -> {
            var protocol = (AbstractProtocol<?>) connector.getProtocolHandler();
            protocol.setProperty("socket.appReadBufSize", SOCKET_BUFFER_BYTES);
            protocol.setProperty("socket.appWriteBufSize", SOCKET_BUFFER_BYTES);
        });
    }
}
