package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayProcess;
import io.piperelay.http.support.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the limits admit fits into the heap, whatever its size. */
@Timeout(value = 600, threadMode = ThreadMode.SEPARATE_THREAD)
class SmallHeapIT {

    private static final int CLIENTS = 1_000;
    private static final Duration GRACE = Duration.ofSeconds(20);

    private enum Kind {
        SILENT(""),
        HALF_A_HEADER("GET /pipe HTTP/1.1\r\nHost: localhost\r\nX: y"),
        LONG_POLL("GET /pipe/read?timeout=60s HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        POLL_AND_MORE("GET /pipe/read?timeout=5s HTTP/1.1\r\nHost: localhost\r\n\r\n"
                + "GET /pipe HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(1000)),
        STREAM("GET /pipe/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        OBSERVER("GET /pipe/events HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        HALF_A_MESSAGE(
                "POST /pipe/write HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n\r\n" + "x".repeat(100_000)),
        HALF_A_SESSION("POST /pipe HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: 60000\r\n\r\n{" + " ".repeat(30_000));

        private final String request;

        Kind(String request) {
            this.request = request;
        }
    }

    private static RelayProcess service;
    private static RelayClient client;

    private final List<SocketChannel> clients = new ArrayList<>();

    @BeforeAll
    static void start() {
        service = launch().start();
        client = service.client();
        client.session("silent");
    }

    private static RelayProcess.Launch launch() {
        return RelayProcess.with(
                        Settings.ordinary().with("pipe.input.timeout", "5s").sleeping("silent"))
                .jvm("-Xmx128m");
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @AfterEach
    void disconnect() throws IOException {
        for (SocketChannel one : clients) {
            one.close();
        }
    }

    private void connect(RelayClient target, Kind kind) throws IOException {
        byte[] request = kind.request.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < CLIENTS; i++) {
            SocketChannel one =
                    SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), target.port()));
            clients.add(one);
            one.configureBlocking(false);
            one.write(ByteBuffer.wrap(request)); // As much of it as fits.
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aThousandOfAKindLeaveTheServiceInCommand(Kind kind) throws IOException {
        connect(client, kind);

        for (int i = 0; i < 20; i++) {
            assertThat(client.get("/pipe").status()).isEqualTo(200);
        }

        disconnect();
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(client.get("/pipe/read?timeout=0s").status()).isEqualTo(204);
            assertThat(client.post("/pipe/write", "").status()).isEqualTo(200);
        });
        assertThat(service.log()).doesNotContain("OutOfMemory");
    }

    @Test
    void aServiceThatIsFullEndsInTime() throws Exception {
        try (RelayProcess full = launch().start()) {
            full.client().session("silent");
            connect(full.client(), Kind.LONG_POLL);
            assertThat(full.client().get("/pipe").status()).isEqualTo(200);

            full.terminate();

            full.exitCode(GRACE);
        }
    }
}
