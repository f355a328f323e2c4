package io.piperelay.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;

/** Single requests, whose cost does not matter. */
final class Http {

    private Http() {}

    /** @throws IOException unless the answer's status is 2xx */
    static String post(InetSocketAddress server, String target, String json) throws IOException {
        var connection = (HttpURLConnection) URI.create("http://127.0.0.1:" + server.getPort() + target)
                .toURL()
                .openConnection();
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setDoOutput(true);
        connection.getOutputStream().write(json.getBytes(UTF_8));
        try (var answer = connection.getInputStream()) {
            return new String(answer.readAllBytes(), UTF_8);
        }
    }
}
