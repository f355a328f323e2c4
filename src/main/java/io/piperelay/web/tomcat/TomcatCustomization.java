package io.piperelay.web.tomcat;

import io.piperelay.files.PrivateFolder;
import io.piperelay.web.problem.ProblemWriter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.core.StandardHost;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/** Configures Tomcat for bodies that are streams, and for answers that are never HTML. Without it, nothing here is used. */
@Component
class TomcatCustomization implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    /** Tomcat would allocate them although the channels have their own. */
    private static final String NO_SOCKET_BUFFER = "0";

    /** Nothing reads them, and each request that waits has room for them. */
    private static final int TRAILERS = 1024;

    /** Whatever is still in progress at shutdown is waiting for a client that does not read. */
    private static final long UNLOAD_DELAY_MILLIS = 50;

    private final ProblemWriter problems;
    private final ContainerSettings settings;
    private final PrivateFolder folder;

    TomcatCustomization(ProblemWriter problems, ContainerSettings settings, PrivateFolder folder) {
        this.problems = problems;
        this.settings = settings;
        this.folder = folder;
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.setBaseDirectory(folder("tomcat"));
        factory.setDocumentRoot(folder("documents"));
        factory.addEngineValves(new ClientConnectionValve());
        factory.addContextCustomizers(context -> {
            ((StandardContext) context).setUnloadDelay(UNLOAD_DELAY_MILLIS);
            StandardHost host = (StandardHost) context.getParent();
            host.setErrorReportValveClass(ProblemReportValve.class.getName());
            host.getPipeline().addValve(new ProblemReportValve(problems));
            host.getPipeline().addValve(new ConnectionLimitValve(problems, settings.mostConnections()));
        });
        factory.setProtocol(RelayProtocol.class.getName());
        factory.addConnectorCustomizers(connector -> {
            var protocol = (RelayProtocol) connector.getProtocolHandler();
            String root = factory.getSettings().getContextPath() + "/";
            protocol.configure(connector, root, settings.headerTimeout(), problems);
            // What can be refused by its headers is answered before a client that waits for 100 Continue sends the
            // body.
            protocol.setContinueResponseTiming("onRead");
            protocol.setMaxTrailerSize(TRAILERS);
            // Refused like any method that a route does not support, and not with Tomcat's own list of methods.
            connector.setAllowTrace(true);
            protocol.setProperty("socket.appReadBufSize", NO_SOCKET_BUFFER);
            protocol.setProperty("socket.appWriteBufSize", NO_SOCKET_BUFFER);
            protocol.setProperty("socket.soKeepAlive", "true");
            int connections = settings.mostConnections() + ConnectionLimitValve.SURPLUS;
            protocol.setMaxConnections(connections);
            // As many threads as connections, so that no slow client takes another's thread; virtual threads, where
            // they exist, are used instead.
            protocol.setMaxThreads(connections);
        });
    }

    /** A folder of the service's own, for files that Tomcat would otherwise leave behind when the service is killed. */
    private File folder(String name) {
        try {
            return Files.createDirectory(folder.path().resolve(name)).toFile();
        } catch (IOException e) {
            throw new UncheckedIOException("Tomcat gets no folder to work in", e);
        }
    }
}
