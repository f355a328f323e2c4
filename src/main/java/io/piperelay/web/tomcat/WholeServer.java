package io.piperelay.web.tomcat;

import jakarta.servlet.ServletRequest;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.CoyoteAdapter;
import org.apache.coyote.Request;
import org.apache.coyote.Response;

/**
 * Passes a request about the server as a whole, {@code OPTIONS *} of <a
 * href="https://www.rfc-editor.org/rfc/rfc9110#section-9.3.7">RFC 9110, 9.3.7</a>, to the application like any other.
 * Without it, Tomcat would answer it before anything has checked whether the client is let in.
 */
public final class WholeServer extends CoyoteAdapter {

    private static final String ATTRIBUTE = WholeServer.class.getName();

    private final byte[] root;

    /** @param root the path of the service's root */
    WholeServer(Connector connector, String root) {
        super(connector);
        this.root = root.getBytes(StandardCharsets.US_ASCII);
    }

    /** By its path alone, it looks like a request for the service's root. */
    public static boolean isMeantBy(ServletRequest request) {
        return request.getAttribute(ATTRIBUTE) != null;
    }

    @Override
    public void service(Request request, Response response) throws Exception {
        if (request.requestURI().equals("*") && "OPTIONS".equals(request.getMethod())) {
            request.setAttribute(ATTRIBUTE, true);
            request.requestURI().setBytes(root, 0, root.length);
        }
        super.service(request, response);
    }
}
