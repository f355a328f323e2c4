package io.piperelay.http.support;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of {@code GET /pipe/socket} that keeps all messages until they are asked for. */
public final class SocketClient implements WebSocket.Listener, AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** A whole message. */
    public record Message(boolean isText, byte[] bytes) {

        public String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        public JsonNode json() {
            return JsonMapper.shared().readTree(bytes);
        }
    }

    /** What a close frame says. */
    public record Closed(int code, String reason) {}

    private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    private final BlockingQueue<ByteBuffer> pings = new LinkedBlockingQueue<>();
    private final CompletableFuture<Closed> closed = new CompletableFuture<>();
    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
    private @Nullable WebSocket socket;

    /** @throws java.util.concurrent.CompletionException with a WebSocketHandshakeException, if it is refused */
    public static SocketClient open(int port, String query, String... subprotocols) {
        var client = new SocketClient();
        WebSocket.Builder builder = HTTP.newWebSocketBuilder();
        if (subprotocols.length > 0) {
            String[] others = new String[subprotocols.length - 1];
            System.arraycopy(subprotocols, 1, others, 0, others.length);
            builder.subprotocols(subprotocols[0], others);
        }
        client.socket = builder.buildAsync(URI.create("ws://127.0.0.1:" + port + "/pipe/socket" + query), client)
                .join();
        return client;
    }

    private WebSocket socket() {
        if (socket == null) {
            throw new IllegalStateException("not open");
        }
        return socket;
    }

    public String subprotocol() {
        return socket().getSubprotocol();
    }

    public SocketClient text(String text) {
        socket().sendText(text, true).join();
        return this;
    }

    public SocketClient text(String part, boolean last) {
        socket().sendText(part, last).join();
        return this;
    }

    public SocketClient bytes(byte[] bytes) {
        return bytes(bytes, true);
    }

    public SocketClient bytes(byte[] part, boolean last) {
        socket().sendBinary(ByteBuffer.wrap(part), last).join();
        return this;
    }

    /**
     * The next message.
     *
     * @throws IllegalStateException if the socket was closed and there is none
     */
    public Message next() {
        return next(messages, PATIENCE);
    }

    /**
     * The same for no longer than that.
     *
     * @throws IllegalStateException if the socket was closed, or seems to be, and there is none
     */
    public Message nextWithin(Duration patience) {
        return next(messages, patience);
    }

    private <T> T next(BlockingQueue<T> queue, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            while (System.nanoTime() < deadline) {
                boolean last = closed.isDone();
                T next = queue.poll(last ? 0 : 100, TimeUnit.MILLISECONDS);
                if (next != null) {
                    return next;
                }
                if (last) {
                    throw new IllegalStateException("closed: " + closed);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new IllegalStateException("nothing came in time");
    }

    /** The next messages' bytes, at least so many of them. */
    public byte[] next(int count) {
        var bytes = new ByteArrayOutputStream();
        while (bytes.size() < count) {
            bytes.writeBytes(next().bytes());
        }
        return bytes.toByteArray();
    }

    public boolean hasMessage() {
        return !messages.isEmpty();
    }

    public ByteBuffer nextPing() {
        return next(pings, PATIENCE);
    }

    /** Waits for the service to close. */
    public Closed closed() {
        return closed.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        parts.writeBytes(data.toString().getBytes(StandardCharsets.UTF_8));
        return arrived(from, true, last);
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        parts.writeBytes(bytes);
        return arrived(from, false, last);
    }

    private @Nullable CompletionStage<?> arrived(WebSocket from, boolean isText, boolean last) {
        if (last) {
            messages.add(new Message(isText, parts.toByteArray()));
            parts.reset();
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
        pings.add(message);
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(new Closed(code, reason));
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        closed.completeExceptionally(failure);
    }

    /** Breaks the connection off. */
    @Override
    public void close() {
        socket().abort();
    }

    /** Closes properly. */
    public void end() {
        socket().sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }
}
