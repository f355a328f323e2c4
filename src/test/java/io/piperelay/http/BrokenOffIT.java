package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RawConnection;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayProcess;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** An answer that is cut short never looks complete, even if only the connection's end marks its end (RFC 9112, 8). */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class BrokenOffIT {

    private static final Settings SETTINGS = Settings.ordinary()
            .steps("brief", "say:one", "pause:2000", "say:two")
            .misbehaving("flood", "flood");

    @Test
    @Tag("not-under-wine") // It shows a reset as an ordinary end.
    void aStreamThatIsCutShortIsResetInHttp10() throws IOException {
        try (RelayService service = RelayService.start(SETTINGS)) {
            service.client().session("flood");
            try (RawConnection connection = http10(service.client(), "/pipe/stream")) {
                connection.input().skipNBytes(100_000);
                // Otherwise everything that the child has written could reach the client, and nothing would be cut
                // short.
                await().until(() -> isFull(service.client().status().path("output")));

                assertThat(service.client().delete("/pipe?grace=0s").status()).isEqualTo(200);

                assertReset(connection);
            }
        }
    }

    @Test
    void aStreamThatEndsIsNotReset() throws IOException {
        try (RelayService service = RelayService.start(SETTINGS)) {
            service.client().session("brief");
            try (RawConnection connection = http10(service.client(), "/pipe/stream")) {
                assertThat(new String(connection.input().readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo("one\ntwo\n");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("not-under-wine")
    void aStreamIsResetHoweverTheServiceEnds(boolean killed) throws Exception {
        try (RelayProcess service = RelayProcess.with(SETTINGS).start()) {
            service.client().session("flood");
            try (RawConnection connection = http10(service.client(), "/pipe/stream")) {
                connection.input().skipNBytes(100_000);
                if (killed) {
                    service.kill();
                } else {
                    service.terminate();
                }
                service.exitCode(Duration.ofSeconds(60));

                assertReset(connection);
            }
        }
    }

    private static boolean isFull(JsonNode output) {
        return output.path("end").asLong() - output.path("cursor").asLong()
                == output.path("capacity").asLong();
    }

    private static RawConnection http10(RelayClient client, String target) throws IOException {
        RawConnection connection = client.connect().send("GET " + target + " HTTP/1.0\r\nHost: localhost\r\n\r\n");
        Answer head = connection.answerHead();
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.optionalHeader("Transfer-Encoding")).isEmpty();
        return connection;
    }

    private static void assertReset(RawConnection connection) {
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> connection.input().transferTo(OutputStream.nullOutputStream()))
                .withMessageContaining("reset");
    }
}
