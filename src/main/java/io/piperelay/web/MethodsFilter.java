package io.piperelay.web;

import io.piperelay.web.tomcat.WholeServer;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Makes every route report correctly which methods it supports. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 3) // After the filter that decides who is let in.
final class MethodsFilter extends OncePerRequestFilter {

    private static final String ALL = "GET,HEAD,POST,DELETE,OPTIONS";

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (WholeServer.isMeantBy(request)) {
            response.setHeader("Allow", ALL);
        } else if (request.getMethod().equals("OPTIONS")) {
            chain.doFilter(request, new WithoutEmptyHeaders(response));
        } else if (request.getMethod().equals("TRACE")) {
            chain.doFilter(new Unknown(request), response);
        } else {
            chain.doFilter(request, response);
        }
    }

    /** Drops the empty {@code Accept-Patch} that Spring sends although there is no PATCH. */
    private static final class WithoutEmptyHeaders extends HttpServletResponseWrapper {

        WithoutEmptyHeaders(HttpServletResponse response) {
            super(response);
        }

        @Override
        public void addHeader(String name, String value) {
            if (!value.isEmpty()) {
                super.addHeader(name, value);
            }
        }
    }

    /**
     * A TRACE request, which the servlet API would answer with the request's own headers. Under an unknown method's name it
     * is refused by each route, with a list of the methods that the route supports.
     */
    private static final class Unknown extends HttpServletRequestWrapper {

        Unknown(HttpServletRequest request) {
            super(request);
        }

        @Override
        public String getMethod() {
            return "trace"; // Methods are case-sensitive: RFC 9110, 9.1.
        }
    }
}
