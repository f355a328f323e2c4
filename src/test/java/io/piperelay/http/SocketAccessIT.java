package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RawConnection;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import io.piperelay.http.support.SocketClient;
import io.piperelay.http.support.SocketClient.Closed;
import java.io.IOException;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Who may have a WebSocket, how many there may be, and what becomes of them when the service ends. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
@ExtendWith(OutputCaptureExtension.class)
class SocketAccessIT {

    private static final String TOKEN = "secret/token+0123456789==";
    private static final String ENCODED = "secret%2Ftoken%2B0123456789%3D%3D";
    private static final String[] WITH_TOKEN = {"Authorization", "Bearer " + TOKEN};

    @Test
    void aBrowserPresentsTheTokenAsASubprotocol(CapturedOutput log) throws IOException {
        try (RelayService service = RelayService.start(Settings.ordinary()
                .cat()
                .with("pipe.access.token", TOKEN)
                .with("logging.level.org.springframework", "trace"))) {
            int port = service.port();
            assertThat(service.client().post("/pipe", "", WITH_TOKEN).status()).isEqualTo(201);

            assertRefused(port, 401);
            assertRefused(port, 401, "bearer.wrong-token-0123456789");
            try (SocketClient plain = SocketClient.open(port, "?text=true", "plain.pipe-relay", "bearer." + ENCODED);
                    SocketClient json = SocketClient.open(port, "", "bearer." + ENCODED, "json.pipe-relay")) {
                assertThat(plain.subprotocol()).isEqualTo("plain.pipe-relay");
                assertThat(json.subprotocol()).isEqualTo("json.pipe-relay");
                assertThat(plain.text("hello").next().text()).isEqualTo("hello");
            }
            assertThat(handshake(service.client(), "Sec-WebSocket-Protocol: bearer." + ENCODED)
                            .optionalHeader("Sec-WebSocket-Protocol"))
                    .isEmpty();
            assertThat(service.client()
                            .get("/pipe", "Sec-WebSocket-Protocol", "bearer." + ENCODED)
                            .status())
                    .isEqualTo(401);
        }
        assertThat(log.getAll()).doesNotContain(ENCODED, TOKEN);
    }

    private static void assertRefused(int port, int status, String... subprotocols) {
        assertThatThrownBy(() -> SocketClient.open(port, "", subprotocols))
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused ->
                                assertThat(refused.getResponse().statusCode()).isEqualTo(status));
    }

    private static Answer handshake(RelayClient client, String header) throws IOException {
        try (RawConnection connection = asking(client, header)) {
            return connection.answerHead();
        }
    }

    private static RawConnection asking(RelayClient client, String header) throws IOException {
        return client.connect()
                .head(
                        "GET /pipe/socket",
                        "Upgrade: websocket",
                        "Connection: Upgrade",
                        "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                        header);
    }

    @Test
    void aPageOfAnotherOriginGetsNone() throws IOException {
        try (RelayService service = RelayService.start(Settings.ordinary().cat())) {
            service.client().session("cat");
            assertThat(handshake(service.client(), "Origin: http://localhost").status())
                    .isEqualTo(101);
            assertThat(handshake(service.client(), "Origin: https://elsewhere.example")
                            .status())
                    .isEqualTo(403);
            assertThat(handshake(service.client(), "Origin: null").status()).isEqualTo(403);
            assertThat(handshake(service.client(), "Sec-Fetch-Site: cross-site").status())
                    .isEqualTo(403);
        }
    }

    @Test
    void socketsAreObserversOfWhomThereAreOnlySoMany() throws IOException {
        try (RelayService service = RelayService.start(Settings.ordinary().cat().with("pipe.limits.observers", "2"))) {
            service.client().session("cat");
            try (SocketClient one = SocketClient.open(service.port(), "");
                    SocketClient two = SocketClient.open(service.port(), "?take=true")) {
                assertRefused(service.port(), 503);
                assertThat(service.client().get("/pipe/events").problem()).isEqualTo("too-many-waiting");
                one.end();
                await().atMost(Duration.ofSeconds(20)).until(() -> isAdmitted(service.port()));
                assertThat(two.hasMessage()).isFalse();
            }
        }
    }

    @Test
    @Tag("not-under-wine") // It shows a reset as an ordinary end.
    void aClientThatHasGoneBeforeItIsAnsweredKeepsNoPlace() throws IOException {
        try (RelayService service = RelayService.start(Settings.ordinary().cat().with("pipe.limits.observers", "2"))) {
            service.client().session("cat");
            for (int i = 0; i < 50; i++) {
                try (RawConnection connection = asking(service.client(), "Accept: */*")) {
                    connection.socket().setSoLinger(true, 0); // Resets the connection.
                }
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> isAdmitted(service.port()));
        }
    }

    private static boolean isAdmitted(int port) {
        try {
            SocketClient.open(port, "").close();
            return true;
        } catch (CompletionException e) {
            return false;
        }
    }

    @Test
    void whenTheServiceEndsEveryClientLearnsIt() {
        RelayService service = RelayService.start(Settings.ordinary().cat());
        service.client().session("cat");
        List<SocketClient> sockets = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            sockets.add(SocketClient.open(service.port(), i % 2 == 0 ? "" : "?take=true"));
        }
        sockets.add(SocketClient.open(service.port(), "", "json.pipe-relay"));
        service.close();
        assertThat(sockets)
                .extracting(SocketClient::closed)
                .extracting(Closed::code)
                .containsOnly(1012);
    }
}
