package io.piperelay.web.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The token as one of the subprotocols that a WebSocket's client offers, {@code bearer.<token>}: a page can set no other header
 * of such a request. What is no letter, digit or one of {@code -._~} in it may be percent-encoded, because a subprotocol's name
 * holds neither a slash nor an equals sign (RFC 9110, 5.6.2).
 *
 * <p>Nobody behind the access filter sees it, so that nobody can answer or log it.
 */
final class TokenProtocol extends HttpServletRequestWrapper {

    private static final String HEADER = "Sec-WebSocket-Protocol";
    private static final String PREFIX = "bearer.";
    private static final String SOCKET = "/pipe/socket";

    private TokenProtocol(HttpServletRequest request) {
        super(request);
    }

    static boolean isOne(String subprotocol) {
        return subprotocol.toLowerCase(Locale.ROOT).startsWith(PREFIX);
    }

    static String tokenIn(String subprotocol) {
        return subprotocol.substring(PREFIX.length());
    }

    /** The subprotocols that the client offers; none if the request is not for a WebSocket. */
    static Stream<String> offeredBy(HttpServletRequest request) {
        return ServicePath.of(request).equals(SOCKET) ? offered(request) : Stream.empty();
    }

    private static Stream<String> offered(HttpServletRequest request) {
        return Collections.list(request.getHeaders(HEADER)).stream()
                .flatMap(header -> Stream.of(header.split(",", -1)))
                .map(String::strip);
    }

    /** The same request without it. */
    static HttpServletRequest hidden(HttpServletRequest request) {
        return request.getHeader(HEADER) == null ? request : new TokenProtocol(request);
    }

    @Override
    public @Nullable String getHeader(String name) {
        return name.equalsIgnoreCase(HEADER) ? others() : super.getHeader(name);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        if (!name.equalsIgnoreCase(HEADER)) {
            return super.getHeaders(name);
        }
        String others = others();
        return Collections.enumeration(others == null ? List.of() : List.of(others));
    }

    private @Nullable String others() {
        String others = offered((HttpServletRequest) getRequest())
                .filter(protocol -> !isOne(protocol))
                .collect(Collectors.joining(", "));
        return others.isEmpty() ? null : others;
    }
}
