package io.piperelay.web.tomcat;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerContainer;
import java.time.Duration;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import org.apache.tomcat.websocket.Constants;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;
import org.springframework.web.socket.server.standard.StandardWebSocketUpgradeStrategy;

/** Makes a WebSocket of a request's connection, with small buffers and without compression. */
public final class SocketUpgrade extends StandardWebSocketUpgradeStrategy {

    /** In which pieces a long message is handed on, in bytes and in characters: each socket has a buffer for both. */
    private static final int PIECE = 2048;

    /** For a close that says why; a client that takes nothing any more does not get to know. */
    private static final Duration CLOSE = Duration.ofMillis(500);

    /** For the client to close its side. */
    private static final Duration CLOSE_ANSWER = Duration.ofSeconds(5);

    /** @param protocol the subprotocol that is agreed on; null for none */
    public void upgrade(
            HttpServletRequest request,
            HttpServletResponse response,
            @Nullable String protocol,
            WebSocketHandler handler) {
        upgrade(
                new ServletServerHttpRequest(new WithoutExtensions(request)),
                new ServletServerHttpResponse(response),
                protocol,
                List.of(),
                null,
                handler,
                Map.of());
    }

    @Override
    protected ServerContainer getContainer(HttpServletRequest request) {
        ServerContainer container = super.getContainer(request);
        container.setDefaultMaxBinaryMessageBufferSize(PIECE);
        container.setDefaultMaxTextMessageBufferSize(PIECE);
        return container;
    }

    /** @param stallTimeout how long the client may take for each part of a message */
    public static void configure(WebSocketSession socket, Duration stallTimeout) {
        Session session = ((NativeWebSocketSession) socket).getNativeSession(Session.class);
        if (session != null) {
            Map<String, Object> properties = session.getUserProperties();
            properties.put(Constants.BLOCKING_SEND_TIMEOUT_PROPERTY, stallTimeout.toMillis());
            properties.put(Constants.ABNORMAL_SESSION_CLOSE_SEND_TIMEOUT_PROPERTY, CLOSE.toMillis());
            properties.put(Constants.SESSION_CLOSE_TIMEOUT_PROPERTY, CLOSE_ANSWER.toMillis());
        }
    }

    /** Tomcat would agree to compression, which takes far more memory than everything else, whatever Spring says. */
    private static final class WithoutExtensions extends HttpServletRequestWrapper {

        WithoutExtensions(HttpServletRequest request) {
            super(request);
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            return name.equalsIgnoreCase(Constants.WS_EXTENSIONS_HEADER_NAME)
                    ? Collections.emptyEnumeration()
                    : super.getHeaders(name);
        }
    }
}
