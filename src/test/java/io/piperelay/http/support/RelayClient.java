package io.piperelay.http.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** A well-behaved client of one service. Any thread may use it. */
public final class RelayClient {

    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final String[] NO_HEADERS = {};

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(DEADLINE)
            .build();
    private final int port;

    public RelayClient(int port) {
        this.port = port;
    }

    public int port() {
        return port;
    }

    // The session

    /** Creates a session, replacing any other, and returns what the service says about it. */
    public JsonNode session(String child) {
        return created("{\"child\":\"" + child + "\"}");
    }

    /** The same with pipes of this size, which each system gives otherwise as it likes. */
    public JsonNode session(String child, int bufferSize) {
        return created("{\"child\":\"" + child + "\",\"bufferSize\":" + bufferSize + "}");
    }

    public JsonNode sharedSession(String child) {
        return created("{\"child\":\"" + child + "\",\"topology\":\"shared\"}");
    }

    private JsonNode created(String document) {
        delete("/pipe?grace=0s");
        Answer answer = postJson("/pipe", document);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
        return answer.json();
    }

    /** Ends the session, which takes no more than a second beyond the grace; on a machine busy with other tests, five. */
    public Answer close(Duration grace) {
        long start = System.nanoTime();
        Answer closed = delete("/pipe?grace=" + grace.toMillis() + "ms");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(grace.plusSeconds(5));
        assertThat(closed.status()).isEqualTo(200);
        return closed;
    }

    public JsonNode status() {
        Answer answer = get("/pipe");
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.json();
    }

    /** Writes the text, all of it. */
    public Answer write(String text) {
        return write(text.getBytes(StandardCharsets.UTF_8));
    }

    public Answer write(byte[] bytes) {
        Answer answer = post("/pipe/write", bytes);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer;
    }

    /** Reads this many bytes, one answer after the other; fewer if the output ends first. */
    public byte[] read(long count) {
        var bytes = new ByteArrayOutputStream();
        while (bytes.size() < count) {
            Answer answer = get("/pipe/read?timeout=30s&max=" + Math.min(65536, count - bytes.size()));
            if (answer.status() == 410) {
                break;
            }
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
            bytes.writeBytes(answer.body());
        }
        return bytes.toByteArray();
    }

    /** Reads everything up to the end of the output. */
    public byte[] readToEnd() {
        return read(Long.MAX_VALUE);
    }

    /** Waits until the child has exited, and returns what the service then says. */
    public JsonNode awaitExit(Duration limit) {
        await().atMost(limit)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> status().path("state").asString().equals("exited"));
        return status();
    }

    // Requests of every kind

    public Answer get(String target, String... headers) {
        return send(request(target, headers).GET());
    }

    public CompletableFuture<Answer> getLater(String target, String... headers) {
        return sendLater(request(target, headers).GET());
    }

    public Answer delete(String target, String... headers) {
        return send(request(target, headers).DELETE());
    }

    public CompletableFuture<Answer> deleteLater(String target) {
        return sendLater(request(target, NO_HEADERS).DELETE());
    }

    public Answer post(String target, String text, String... headers) {
        return post(target, text.getBytes(StandardCharsets.UTF_8), headers);
    }

    public Answer post(String target, byte[] body, String... headers) {
        return send(request(target, headers).POST(BodyPublishers.ofByteArray(body)));
    }

    public Answer post(String target) {
        return send(request(target, NO_HEADERS).POST(BodyPublishers.noBody()));
    }

    public CompletableFuture<Answer> postLater(String target, byte[] body, String... headers) {
        return sendLater(request(target, headers).POST(BodyPublishers.ofByteArray(body)));
    }

    public Answer postJson(String target, String document) {
        return post(target, document, "Content-Type", "application/json");
    }

    /** Sends a body whose length is not given in advance. */
    public Answer postChunked(String target, Supplier<InputStream> body, String... headers) {
        return send(request(target, headers).POST(BodyPublishers.ofInputStream(body)));
    }

    public Answer method(String method, String target, String... headers) {
        return send(request(target, headers).method(method, BodyPublishers.noBody()));
    }

    /** An answer whose body is still to come. */
    public HttpResponse<InputStream> open(String target, String... headers) {
        return send(request(target, headers).GET(), BodyHandlers.ofInputStream());
    }

    /** Observes the session. */
    public EventSource events(String query, String... headers) {
        HttpResponse<InputStream> response = open("/pipe/events" + query, headers);
        assertThat(response.statusCode()).isEqualTo(200);
        return new EventSource(response);
    }

    /** A connection on which anything can be sent. */
    public RawConnection connect() throws IOException {
        return new RawConnection(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    private HttpRequest.Builder request(String target, String[] headers) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
                .timeout(DEADLINE);
        return headers.length == 0 ? request : request.headers(headers);
    }

    private Answer send(HttpRequest.Builder request) {
        return answer(send(request, BodyHandlers.ofByteArray()));
    }

    private <T> HttpResponse<T> send(HttpRequest.Builder request, BodyHandler<T> body) {
        try {
            return http.send(request.build(), body);
        } catch (IOException e) {
            throw new AssertionError("no answer to " + request.build(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private CompletableFuture<Answer> sendLater(HttpRequest.Builder request) {
        return http.sendAsync(request.build(), BodyHandlers.ofByteArray()).thenApply(RelayClient::answer);
    }

    private static Answer answer(HttpResponse<byte[]> response) {
        return new Answer(response.statusCode(), response.headers(), response.body());
    }
}
