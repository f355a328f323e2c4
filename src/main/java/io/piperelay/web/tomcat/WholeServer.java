package io.piperelay.web.tomcat;

import jakarta.servlet.ServletRequest;

/** What {@code OPTIONS *} asks about; by its path alone it looks like a question about the service's root. */
public final class WholeServer {

    static final String ATTRIBUTE = WholeServer.class.getName();

    private WholeServer() {}

    public static boolean isMeantBy(ServletRequest request) {
        return request.getAttribute(ATTRIBUTE) != null;
    }
}
