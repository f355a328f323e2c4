package io.piperelay.web.socket;

import io.piperelay.web.problem.ProblemException;
import io.piperelay.web.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A request for a WebSocket: <a href="https://www.rfc-editor.org/rfc/rfc6455#section-4.2">RFC 6455, 4.2</a>. What is wrong with
 * it is found here, because the container and the framework would refuse it in their own words.
 */
public final class Handshake {

    static final String JSON = "json.pipe-relay";

    /** Says the same as none; for browsers that have to offer the token, and so must get one that is not the token. */
    private static final String PLAIN = "plain.pipe-relay";

    private static final List<String> PROTOCOLS = List.of(JSON, PLAIN);

    private static final String VERSION = "13";
    private static final int KEY_LENGTH = 16;

    private Handshake() {}

    /** @throws ProblemException if it is none */
    public static void check(HttpServletRequest request, HttpServletResponse response) {
        boolean upgrade = tokens(request, "Upgrade").anyMatch("websocket"::equals)
                && tokens(request, "Connection").anyMatch("upgrade"::equals)
                && request.getMethod().equals("GET")
                && request.getProtocol().equals("HTTP/1.1");
        if (!upgrade) {
            response.setHeader("Upgrade", "websocket");
            response.setHeader("Connection", "Upgrade");
            throw new ProblemException(
                    ProblemType.UPGRADE_REQUIRED, "This route is a WebSocket: ws://…/pipe/socket, as RFC 6455 says.");
        }
        if (!VERSION.equals(request.getHeader("Sec-WebSocket-Version"))) {
            response.setHeader("Sec-WebSocket-Version", VERSION);
            throw new ProblemException(
                    ProblemType.UPGRADE_REQUIRED, "The Sec-WebSocket-Version that this service speaks is 13.");
        }
        if (!isKey(request.getHeader("Sec-WebSocket-Key"))) {
            throw new ProblemException(
                    ProblemType.BAD_REQUEST, "The Sec-WebSocket-Key header must be 16 bytes in base64.");
        }
        if (request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null) {
            throw new ProblemException(ProblemType.BAD_REQUEST, "A request for a WebSocket must not have a body.");
        }
    }

    private static Stream<String> tokens(HttpServletRequest request, String header) {
        return Collections.list(request.getHeaders(header)).stream()
                .flatMap(value -> Stream.of(value.split(",", -1)))
                .map(token -> token.strip().toLowerCase(Locale.ROOT));
    }

    private static boolean isKey(@Nullable String key) {
        try {
            return key != null && Base64.getDecoder().decode(key).length == KEY_LENGTH;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** @param protocol null for none */
    public static boolean isJson(@Nullable String protocol) {
        return JSON.equals(protocol);
    }

    /** The subprotocol to agree on: the first one offered that there is; null if there is none. */
    public static @Nullable String protocol(HttpServletRequest request) {
        return tokens(request, "Sec-WebSocket-Protocol")
                .filter(PROTOCOLS::contains)
                .findFirst()
                .orElse(null);
    }
}
