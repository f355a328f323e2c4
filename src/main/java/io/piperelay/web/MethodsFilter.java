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

/** Sees to it that every route tells truthfully which methods it knows. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 3) // Behind the filter that decides who is let in.
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

    /** Spring answers with an {@code Accept-Patch} that lists nothing, where there is no PATCH at all. */
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
     * A request with TRACE, which the servlet API would answer with the request's own headers. As a method that nobody knows
     * it is refused by each route, with those that the route knows.
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
