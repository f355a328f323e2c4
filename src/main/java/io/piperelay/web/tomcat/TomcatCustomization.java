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

/** Fits Tomcat for bodies that are streams, and for answers that are never HTML: without it nothing else here is in use. */
@Component
class TomcatCustomization implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    /** Tomcat makes them although the channels bring their own. */
    private static final String NO_SOCKET_BUFFER = "0";

    /** What is still in progress when the container ends waits for a client that does not read. */
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
            // What the headers decide already is answered before a client that waits for its leave sends the body.
            protocol.setContinueResponseTiming("onRead");
            // Refused as every method is that a route does not know, and not by a list of Tomcat's own.
            connector.setAllowTrace(true);
            protocol.setProperty("socket.appReadBufSize", NO_SOCKET_BUFFER);
            protocol.setProperty("socket.appWriteBufSize", NO_SOCKET_BUFFER);
            protocol.setProperty("socket.soKeepAlive", "true");
            int connections = settings.mostConnections() + ConnectionLimitValve.SURPLUS;
            protocol.setMaxConnections(connections);
            // As many threads, so that no client's slowness takes the thread from another; where there are virtual
            // ones, those are used instead.
            protocol.setMaxThreads(connections);
        });
    }

    /** Of its own, for files that Tomcat would otherwise leave behind when the service is killed. */
    private File folder(String name) {
        try {
            return Files.createDirectory(folder.path().resolve(name)).toFile();
        } catch (IOException e) {
            throw new UncheckedIOException("Tomcat gets no folder to work in", e);
        }
    }
}
