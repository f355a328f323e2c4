package io.piperelay.web.tomcat;

import java.nio.charset.StandardCharsets;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.tomcat.util.net.SocketEvent;

/**
 * Leads a question about the server as a whole, {@code OPTIONS *} of <a
 * href="https://www.rfc-editor.org/rfc/rfc9110#section-9.3.7">RFC 9110, 9.3.7</a>, the way of every other request. Tomcat
 * would answer it itself, before anybody has looked whether its client is let in.
 */
final class WholeServerAdapter implements Adapter {

    private final Adapter adapter;
    private final String root;

    /** @param root the path of the service's root */
    WholeServerAdapter(Adapter adapter, String root) {
        this.adapter = adapter;
        this.root = root;
    }

    @Override
    public void service(Request request, Response response) throws Exception {
        if (request.requestURI().equals("*") && "OPTIONS".equals(request.getMethod())) {
            request.setAttribute(WholeServer.ATTRIBUTE, Boolean.TRUE);
            byte[] path = root.getBytes(StandardCharsets.US_ASCII);
            request.requestURI().setBytes(path, 0, path.length);
        }
        adapter.service(request, response);
    }

    @Override
    public boolean prepare(Request request, Response response) throws Exception {
        return adapter.prepare(request, response);
    }

    @Override
    public boolean asyncDispatch(Request request, Response response, SocketEvent event) throws Exception {
        return adapter.asyncDispatch(request, response, event);
    }

    @Override
    public void log(Request request, Response response, long time) {
        adapter.log(request, response, time);
    }

    @Override
    public void checkRecycled(Request request, Response response) {
        adapter.checkRecycled(request, response);
    }

    @Override
    public String getDomain() {
        return adapter.getDomain();
    }
}
