package io.piperelay.web.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where a request leads within the service, which may itself stand below a prefix: a context path of its own, or one that a
 * proxy takes off and tells about.
 */
public final class ServicePath {

    /** Segments of RFC 3986, 3.3, none of them empty: a client may have written the prefix. */
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

    /** What stands before every path of the service in its clients' eyes; empty if nothing does. */
    public static String prefix(HttpServletRequest request) {
        return request.getContextPath();
    }

    /** Whether links can be made that lead here: a proxy may have told anything of where its client asked. */
    static boolean canBeLinked(HttpServletRequest request) {
        return PREFIX.matcher(prefix(request)).matches()
                && SCHEMES.contains(request.getScheme())
                && HOST.matcher(request.getServerName()).matches();
    }

    /** Whether it leads to the session or to anything of it. */
    static boolean isPipe(HttpServletRequest request) {
        String path = of(request);
        return path.equals("/pipe") || path.startsWith("/pipe/");
    }
}
