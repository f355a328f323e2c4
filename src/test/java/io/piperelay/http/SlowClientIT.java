package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.Later;
import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RawConnection;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Nobody keeps a turn forever by sending or receiving a little now and then. */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class SlowClientIT {

    private static final int MEBIBYTE = 1024 * 1024;
    private static final int WINDOW = 32 * MEBIBYTE;

    private static RelayService service;
    private static RelayClient client;

    /** With this, an answer of 32 MiB may take 3 s, and so may a body. */
    @BeforeAll
    static void start() {
        service = RelayService.start(Settings.ordinary()
                .with("pipe.output.window", WINDOW + "B")
                .with("pipe.limits.body-timeout", "1s")
                .with("pipe.limits.min-rate", "16MB")
                .cat()
                .misbehaving("flood", "flood"));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void aReaderThatTakesALittleNowAndThenGivesUpItsTurn() throws Exception {
        client.session("flood");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> client.status().path("output").path("end").asLong() >= WINDOW);
        try (RawConnection slow = client.connect()) {
            slow.socket().setReceiveBufferSize(4096);
            slow.head("GET /pipe/read?max=" + WINDOW);
            assertThat(slow.answerHead().status()).isEqualTo(200);
            CompletableFuture<Answer> other = Later.get(() -> client.get("/pipe/read?timeout=60s&max=10"));
            long taken = 0;
            while (!other.isDone()) {
                taken += slow.input().readNBytes(20_000).length;
                Thread.sleep(50);
            }

            assertThat(other.join().status()).isEqualTo(200);
            assertThat(other.join().number("Pipe-Offset")).isZero();
            assertThat(taken).isLessThan(WINDOW);
            slow.reset(); // It would take what the system holds for it, as slowly.
        }
    }

    @Test
    void aWriterThatSendsALittleNowAndThenGivesUpItsTurn() throws Exception {
        client.session("cat");
        try (RawConnection slow = client.connect()) {
            slow.head("POST /pipe/write", "Transfer-Encoding: chunked");
            int sent = 0;
            while (slow.input().available() == 0) {
                slow.send("10000\r\n").send(new byte[65536]).send("\r\n");
                sent += 65536;
                Thread.sleep(200);
            }
            Answer cut = slow.answer();

            assertThat(cut.status()).as(cut.toString()).isEqualTo(408);
            assertThat(cut.problem()).isEqualTo("request-timeout");
            int written = cut.json().path("written").asInt();
            assertThat(written).isBetween(65536, sent);
            assertThat(cut.json().path("next").asInt()).isEqualTo(written);
            assertThat(client.post("/pipe/write?offset=" + written, "2").status())
                    .isEqualTo(200);
        }
    }
}
