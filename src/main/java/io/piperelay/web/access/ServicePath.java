package io.piperelay.web.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A request's path within the service, which may itself be below a prefix: a context path of its own, or one that a proxy
 * removes and reports in a header.
 */
public final class ServicePath {

    /** Segments by RFC 3986, 3.3, none of them empty: a client may have forged the prefix. */
    private static final Pattern PREFIX = Pattern.compile("(?:/[A-Za-z0-9._~!$&'()*+,;=:@%-]+)*");

    private static final Pattern HOST = Pattern.compile("\\[?[0-9A-Fa-f:.]+]?|[A-Za-z0-9._-]+");
    private static final Set<String> SCHEMES = Set.of("http", "https");

    private ServicePath() {}

    /** The path as it was sent, without the prefix; empty for the prefix itself. */
    public static String of(HttpServletRequest request) {
        String path = request.getRequestURI();
        String prefix = prefix(request);
        return path.startsWith(prefix) ? path.substring(prefix.length()) : path;
    }

    /** The prefix of every path of the service, as its clients see it; may be empty. */
    public static String prefix(HttpServletRequest request) {
        return request.getContextPath();
    }

    /** Whether links to the service can be built: a proxy's headers may contain anything. */
    static boolean canBeLinked(HttpServletRequest request) {
        return PREFIX.matcher(prefix(request)).matches()
                && SCHEMES.contains(request.getScheme())
                && HOST.matcher(request.getServerName()).matches();
    }

    /** Whether it leads to the health or to a part of it. */
    public static boolean isHealth(HttpServletRequest request) {
        String path = of(request);
        return path.equals("/actuator/health") || path.startsWith("/actuator/health/");
    }

    /** Whether it leads to the session or to anything below it. */
    static boolean isPipe(HttpServletRequest request) {
        String path = of(request);
        return path.equals("/pipe") || path.startsWith("/pipe/");
    }
}
