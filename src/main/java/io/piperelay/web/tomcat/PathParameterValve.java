package io.piperelay.web.tomcat;

import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Refuses paths with parameters, as {@code /pipe;x=y}. Tomcat would leave them out before it looks for who answers, so that
 * one route had many names, of which whatever stands in front of the service may know only one.
 */
final class PathParameterValve extends ValveBase {

    PathParameterValve() {
        super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        String path = request.getRequestURI();
        // It is null where the request's first line could not be understood.
        if (path != null && path.indexOf(';') >= 0) {
            response.sendError(Response.SC_BAD_REQUEST);
            return;
        }
        getNext().invoke(request, response);
    }
}
