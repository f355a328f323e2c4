package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.http.support.BreakingProxy;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import io.piperelay.http.support.Soak;
import io.piperelay.http.support.SocketClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import tools.jackson.databind.JsonNode;

/** A conversation in JSON with offsets, on connections that break off again and again: nothing is lost, and nothing repeated. */
@Timeout(value = 3600, threadMode = ThreadMode.SEPARATE_THREAD)
class SocketOnceIT {

    private static final long TOTAL = Soak.bytes(8L << 20, 256L << 20);
    private static final int BROKEN = Soak.count(30, 1000);
    private static final int CONFIRMED_AT_ONCE = 50_000;

    private final byte[] data = new byte[40_000];
    private long accepted;
    private long received;
    private long confirmed;

    @Test
    void everyByteArrivesOnceInBothDirections() throws IOException {
        long seed = Soak.seed();
        try (RelayService service = RelayService.start(Settings.ordinary().cat());
                var proxy = new BreakingProxy(service.port(), seed)) {
            RelayClient client = service.client();
            String session = client.session("cat").path("id").asString();
            boolean allCameBack = false;
            while (!allCameBack || proxy.broken() < BROKEN) {
                allCameBack = false;
                String query = "?session=" + session + "&take=true&offset=" + received;
                try (SocketClient socket = SocketClient.open(proxy.port(), query, "json.pipe-relay")) {
                    converse(socket);
                    allCameBack = true;
                } catch (CompletionException | IllegalStateException e) {
                    // It broke off; again from where it was.
                }
            }
            assertThat(client.status().path("input").path("offset").asLong())
                    .as("seed %s", seed)
                    .isEqualTo(received);
        }
    }

    /** Until the connection breaks off, or all has come back that was to be. */
    private void converse(SocketClient socket) {
        confirmed = received;
        boolean free = true;
        long end = Math.max(TOTAL, received + data.length);
        while (received < end) {
            if (free && accepted < end) {
                free = false;
                socket.text(input((int) Math.min(data.length, end - accepted)));
            }
            JsonNode message = socket.nextWithin(Duration.ofSeconds(3)).json();
            switch (message.path("type").asString()) {
                case "accepted" -> {
                    free = true;
                    accepted = message.path("next").asLong();
                }
                case "output" -> check(message);
                default -> throw new AssertionError(message.toString());
            }
            if (received - confirmed > CONFIRMED_AT_ONCE) {
                confirmed = received;
                socket.text("{\"type\":\"received\",\"offset\":" + received + "}");
            }
        }
    }

    private String input(int length) {
        for (int i = 0; i < length; i++) {
            data[i] = byteAt(accepted + i);
        }
        String base64 = Base64.getEncoder().encodeToString(Arrays.copyOf(data, length));
        return "{\"type\":\"input\",\"base64\":\"" + base64 + "\",\"offset\":" + accepted + "}";
    }

    private void check(JsonNode output) {
        assertThat(output.path("offset").asLong()).isEqualTo(received);
        byte[] bytes = output.path("encoding").asString().equals("base64")
                ? Base64.getDecoder().decode(output.path("data").asString())
                : output.path("data").asString().getBytes(StandardCharsets.UTF_8);
        for (byte value : bytes) {
            if (value != byteAt(received++)) {
                throw new AssertionError("another byte at " + (received - 1));
            }
        }
        assertThat(output.path("next").asLong()).isEqualTo(received);
    }

    /** Different at each offset, or at least at those that could be mistaken for each other. */
    private static byte byteAt(long offset) {
        return (byte) ((offset * 0x9E3779B97F4A7C15L) >>> 56);
    }
}
