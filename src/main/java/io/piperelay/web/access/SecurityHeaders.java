package io.piperelay.web.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** Tells browsers how to treat every answer: load nothing from other sites, guess no types, allow no framing. */
final class SecurityHeaders {

    private static final String EVERYWHERE = "default-src 'none'; script-src 'self'; connect-src 'self';"
            + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'; ";

    private static final String CONSOLE = EVERYWHERE + "style-src 'self'; img-src 'self'";

    /** It uses inline styles, and images from data URLs. */
    private static final String SWAGGER_UI =
            EVERYWHERE + "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'";

    private SecurityHeaders() {}

    static void set(HttpServletRequest request, HttpServletResponse response) {
        boolean swagger = ServicePath.of(request).startsWith("/swagger-ui/");
        response.setHeader("Content-Security-Policy", swagger ? SWAGGER_UI : CONSOLE);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        if (ServicePath.isPipe(request)) {
            response.setHeader("Cache-Control", "no-store");
        }
    }
}
