package io.piperelay.web.tomcat;

import io.piperelay.files.OrdinaryFiles;
import io.piperelay.files.PrivateFolder;
import io.piperelay.http.support.RawConnection;
import io.piperelay.web.problem.ProblemWriter;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServer;

/** Tomcat as this package configures it, on a port of its own, with a single servlet. */
public final class Container implements AutoCloseable {

    static final Duration HEADER_TIMEOUT = Duration.ofSeconds(1);

    /** Answers every request. */
    public interface Service {
        void answer(HttpServletRequest request, HttpServletResponse response) throws IOException, ServletException;
    }

    private final PrivateFolder folder;
    private final WebServer server;

    private Container(Service service, TomcatConnectorCustomizer... customizers) throws IOException {
        folder = PrivateFolder.create("container-", new OrdinaryFiles());
        var factory = new TomcatServletWebServerFactory(0);
        factory.setAddress(InetAddress.getLoopbackAddress());
        new TomcatCustomization(new ProblemWriter(), new ContainerSettings(20, HEADER_TIMEOUT), folder)
                .customize(factory);
        factory.addConnectorCustomizers(customizers);
        server = factory.getWebServer(context ->
                context.addServlet("service", new ServiceServlet(service)).addMapping("/"));
        server.start();
    }

    public static Container of(Service service, TomcatConnectorCustomizer... customizers) throws IOException {
        return new Container(service, customizers);
    }

    public RawConnection connect() throws IOException {
        return new RawConnection(new Socket(InetAddress.getLoopbackAddress(), server.getPort()));
    }

    @Override
    public void close() throws IOException {
        server.destroy();
        folder.close();
    }

    private static final class ServiceServlet extends HttpServlet {

        private final transient Service service;

        ServiceServlet(Service service) {
            this.service = service;
        }

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response)
                throws IOException, ServletException {
            service.answer(request, response);
        }
    }
}
