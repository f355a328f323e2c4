package io.piperelay.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;

/** Single requests, whose cost does not matter. */
final class Http {

    private static final long PATIENCE_NANOS = SECONDS.toNanos(60);

    private Http() {}

    /** @throws IOException unless the answer's status is 2xx */
    static void post(InetSocketAddress server, String target, String json) throws IOException {
        var connection = connection(server, target);
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setDoOutput(true);
        connection.getOutputStream().write(json.getBytes(UTF_8));
        expectSuccess(connection);
    }

    /** @throws IOException unless the answer's status is 2xx */
    static void delete(InetSocketAddress server, String target) throws IOException {
        var connection = connection(server, target);
        connection.setRequestMethod("DELETE");
        expectSuccess(connection);
    }

    /** GETs until the server is there and answers with 2xx. */
    static void awaitSuccess(InetSocketAddress server, String target) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            try {
                expectSuccess(connection(server, target));
                return;
            } catch (ConnectException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(2);
            }
        }
    }

    private static HttpURLConnection connection(InetSocketAddress server, String target) throws IOException {
        return (HttpURLConnection) URI.create("http://127.0.0.1:" + server.getPort() + target)
                .toURL()
                .openConnection();
    }

    private static void expectSuccess(HttpURLConnection connection) throws IOException {
        try (var answer = connection.getInputStream()) {
            answer.readAllBytes();
        }
    }
}
