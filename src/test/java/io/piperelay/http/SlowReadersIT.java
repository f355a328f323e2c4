package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.piperelay.child.MisbehavingChild;
import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RawConnection;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayProcess;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import io.piperelay.http.support.Soak;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Clients that request much and receive none of it cost the service little, however small its heap is. */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class SlowReadersIT {

    private static final int WINDOW = 1024 * 1024;
    private static final int READERS = 60;
    private static final int READERS_OF_MUCH = 12;

    private static final int SEVERAL = 8 * WINDOW;

    /** More than the buffers of a connection hold if nobody reads from it. */
    private static final int LARGE = 16 * 1024 * 1024;

    private static final String ALL_ERRORS = "GET /pipe/errors?max=9999999";
    private static final String LARGE_AS_JSON = "GET /pipe/read?offset=0&max=" + LARGE;
    private static final String ALL_AS_JSON = "GET /pipe/read?offset=0&max=" + WINDOW;

    private final List<RawConnection> slow = new ArrayList<>();

    private static Settings settings() {
        return Settings.ordinary()
                .steps("text", "text")
                .steps("errors", "text-as-errors")
                .misbehaving("flood", "flood");
    }

    @ParameterizedTest
    @MethodSource("heaps")
    void largeJsonAnswersThatNobodyTakesDoNotUseUpTheHeap(String heap) throws Exception {
        Settings settings = settings().with("pipe.output.window", SEVERAL + "B");
        try (RelayProcess service = RelayProcess.with(settings).jvm(heap).start()) {
            RelayClient client = service.client();
            for (String child : List.of("text", "flood")) {
                client.session(child);
                await().until(() -> client.status().path("output").path("end").asInt() == SEVERAL);
                ask(client, READERS, ALL_AS_JSON);
                ask(client, READERS_OF_MUCH, "GET /pipe/read?offset=0&max=" + SEVERAL);

                assertServes(client);
                JsonNode whole = client.get(ALL_AS_JSON.substring(4), "Accept", "application/json")
                        .json();
                assertThat(whole.path("next").asInt()).isEqualTo(WINDOW);
                assertThat(whole.path("encoding").asString()).isEqualTo(child.equals("text") ? "utf-8" : "base64");
                assertThat(whole.path("data").asString().length()).isGreaterThan(WINDOW / 4);
                assertNobodyRanOutOfMemory(service, client);
                leave();
            }
        }
    }

    private static List<String> heaps() {
        return Soak.isFull() ? List.of("-Xmx64m", "-Xmx128m") : List.of("-Xmx64m");
    }

    /** Bytes that may be dropped at any moment are copied, and the copies are limited. */
    @Test
    void copiesForClientsThatTakeNoneDoNotUseUpTheHeap() throws Exception {
        try (RelayProcess service = RelayProcess.with(settings().with("pipe.errors.window", WINDOW + "B"))
                .jvm("-Xmx64m")
                .start()) {
            RelayClient client = service.client();
            client.session("errors");
            await().until(() -> client.status().path("errors").path("end").asInt() > WINDOW);
            ask(client, READERS, ALL_ERRORS);

            for (int i = 0; i < 50; i++) {
                Answer answer = client.get(ALL_ERRORS.substring(4));
                assertThat(answer.status()).isIn(200, 503);
                assertThat(answer.status() == 200 ? "resources-exhausted" : answer.problem())
                        .isEqualTo("resources-exhausted");
            }
            assertNobodyRanOutOfMemory(service, client);
            leave();
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(
                            () -> assertThat(client.get(ALL_ERRORS.substring(4)).body())
                                    .hasSize(WINDOW));
        }
    }

    @Test
    void aJsonAnswerThatIsCutShortIsNoticed() throws IOException {
        try (RelayService service = RelayService.start(settings().with("pipe.output.window", LARGE + "B"))) {
            RelayClient client = service.client();
            client.session("flood");
            await().until(() -> client.status().path("output").path("end").asInt() == LARGE);
            RawConnection late = askForJson(client, LARGE_AS_JSON);
            Answer head = late.answerHead();
            assertThat(head.status()).isEqualTo(200);
            long length = head.number("Content-Length");
            assertThat(length).isGreaterThan((long) LARGE);

            // Acknowledging everything releases the bytes; the child's next ones take their place.
            client.get("/pipe/read?offset=" + LARGE + "&max=1");
            await().until(() -> client.status().path("output").path("oldest").asInt() == LARGE);

            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> late.input().skipNBytes(length));
        }
    }

    @Test
    void aJsonAnswerThatIsTakenSlowlyIsWhole() throws IOException {
        try (RelayService service = RelayService.start(settings().with("pipe.output.window", LARGE + "B"))) {
            RelayClient client = service.client();
            client.session("flood");
            await().until(() -> client.status().path("output").path("end").asInt() == LARGE);
            RawConnection late = askForJson(client, LARGE_AS_JSON);
            await().pollDelay(Duration.ofMillis(500)).until(() -> true);

            JsonNode document = late.answer().json();

            byte[] bytes = Base64.getDecoder().decode(document.path("data").asString());
            assertThat(bytes).hasSize(LARGE);
            assertThat(MisbehavingChild.floodMismatch(0, bytes)).isEqualTo(-1);
        }
    }

    private void ask(RelayClient client, int readers, String target) throws IOException {
        for (int i = 0; i < readers; i++) {
            slow.add(askForJson(client, target));
        }
    }

    private static RawConnection askForJson(RelayClient client, String target) throws IOException {
        return client.connect().head(target, "Accept: application/json");
    }

    private static void assertServes(RelayClient client) {
        for (int i = 0; i < 50; i++) {
            assertThat(client.get("/pipe").status()).isEqualTo(200);
            assertThat(client.get("/pipe/read?offset=0&max=1000").body()).hasSize(1000);
        }
    }

    private static void assertNobodyRanOutOfMemory(RelayProcess service, RelayClient client) {
        assertThat(client.get("/pipe").status()).isEqualTo(200);
        assertThat(service.isAlive()).isTrue();
        assertThat(service.log()).doesNotContain("OutOfMemoryError");
    }

    private void leave() throws IOException {
        for (RawConnection one : slow) {
            one.close();
        }
        slow.clear();
    }
}
