package io.piperelay.web.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Set;

/**
 * What a browser must be able to load before its user can enter a token, and what a health check requests. None of it
 * touches the pipe or reveals anything about the session.
 */
final class PublicPaths {

    private static final Set<String> METHODS = Set.of("GET", "HEAD");
    private static final Set<String> PATHS = Set.of(
            "",
            "/",
            "/favicon.ico",
            "/swagger-ui.html",
            "/actuator/health",
            "/actuator/health/liveness",
            "/actuator/health/readiness");
    private static final List<String> FOLDERS = List.of("/console/", "/swagger-ui/", "/v3/api-docs", "/problems/");

    private PublicPaths() {}

    /** Checks the path as it was sent: one with an unusual encoding does not count. */
    static boolean contain(HttpServletRequest request) {
        String path = ServicePath.of(request);
        return METHODS.contains(request.getMethod())
                && !path.contains("..")
                && !path.contains(";")
                && !path.contains("%")
                && (PATHS.contains(path) || FOLDERS.stream().anyMatch(path::startsWith));
    }
}
