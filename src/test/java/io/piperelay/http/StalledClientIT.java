package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.Later;
import io.piperelay.http.support.RawConnection;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** A client may pause a stream, but not forever, and one that disconnects is not waited for. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class StalledClientIT {

    private static final Duration GIVEN_UP = Duration.ofSeconds(20);

    /** Refused because of its offset if an observer would be admitted; not an observer itself. */
    private static final String NO_OBSERVER = "/pipe/events?offset=999999999999999999";

    private static RelayService service;
    private static RelayClient client;

    @BeforeAll
    static void start() {
        service = RelayService.start(Settings.ordinary()
                .with("server.tomcat.connection-timeout", "1s")
                .with("pipe.limits.stall-timeout", "5s")
                .with("pipe.limits.waiting-readers", "1")
                .with("pipe.limits.observers", "1")
                .sleeping("silent")
                .misbehaving("flood", "flood"));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void theClientOfAStreamMayPauseButNotForEver() throws IOException {
        client.session("flood");
        try (RawConnection paused = open("/pipe/stream")) {
            pauseAndGoOn(paused);

            assertThat(client.get("/pipe/read?timeout=0s").problem()).isEqualTo("too-many-waiting");
            await().atMost(GIVEN_UP)
                    .until(() -> client.get("/pipe/read?timeout=0s&max=1").status() == 200);
        }
    }

    @Test
    void anObserverMayPauseButNotForEver() throws IOException {
        client.session("flood");
        try (InputStream everything = client.open("/pipe/stream").body();
                RawConnection paused = open("/pipe/events")) {
            CompletableFuture<Void> reader = Later.run(() -> readToEnd(everything));
            pauseAndGoOn(paused);

            assertThat(client.get(NO_OBSERVER).problem()).isEqualTo("too-many-waiting");
            await().atMost(GIVEN_UP)
                    .until(() -> client.get(NO_OBSERVER).problem().equals("offset-gap"));
            client.delete("/pipe?grace=0s");
            reader.join();
        }
    }

    @Test
    void whoeverVanishesIsNoticedWhateverItHadSent() throws IOException {
        client.session("silent");
        for (int i = 0; i < 5; i++) {
            try (RawConnection vanishing = client.connect()) {
                // The next request in the same packet.
                vanishing.send("GET /pipe/events HTTP/1.1\r\nHost: localhost\r\n\r\nGET /pipe HTTP/1.1\r\nHost: l");
                assertThat(vanishing.answerHead().status()).isEqualTo(200);
                assertThat(client.get(NO_OBSERVER).problem()).isEqualTo("too-many-waiting");
            }
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> client.get(NO_OBSERVER).problem().equals("offset-gap"));
        }
    }

    private static RawConnection open(String path) throws IOException {
        RawConnection connection = client.connect().head("GET " + path);
        assertThat(connection.answerHead().status()).isEqualTo(200);
        return connection;
    }

    /** Pauses for longer than a connection may be idle; then reads more than can have been in transit. */
    private static void pauseAndGoOn(RawConnection paused) throws IOException {
        await().pollDelay(Duration.ofMillis(2500)).until(() -> true);
        paused.input().skipNBytes(40_000_000);
    }

    private static void readToEnd(InputStream stream) {
        try {
            stream.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // The session was closed before the flood ended.
        }
    }
}
