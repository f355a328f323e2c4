package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;

import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RawConnection;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A client that sends its next request before it has the answer to this one gets both, in order (RFC 9112, 9.3.2), however
 * long this one waits; and a disconnect is noticed, whatever the client has sent before.
 */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class PipeliningIT {

    /** Waiting requests check once a second whether their client is still connected; this gives them time to. */
    private static final Duration SEVERAL_LOOKS = Duration.ofMillis(2500);

    private static final String NEXT = "GET /pipe/children HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private static RelayService service;
    private static RelayClient client;

    @BeforeAll
    static void start() {
        service = RelayService.start(Settings.ordinary()
                .cat()
                .sleeping("silent")
                .steps("thoughtful", "reply:2000")
                .steps("brief", "say:one", "pause:3000", "say:two"));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static String post(String target, String body, String... headers) {
        return "POST " + target + " HTTP/1.1\r\nHost: localhost\r\n" + String.join("", headers) + "Content-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    private static void assertNext(RawConnection connection) throws IOException {
        Answer next = connection.answer();
        assertThat(next.status()).as(next.toString()).isEqualTo(200);
        assertThat(next.json().toString()).contains("thoughtful");
    }

    @Test
    void whatFollowsAnExchangeInTheSameSegmentIsAnswered() throws IOException {
        client.session("cat");
        try (RawConnection connection = client.connect()) {
            connection.send(post("/pipe/exchange", "one") + NEXT);

            assertThat(connection.answer().text()).isEqualTo("one\n");
            assertNext(connection);
        }
    }

    @Test
    void tomcatReadsFirstWhatWasReadAheadIntoTheSocketsBuffer() throws IOException {
        client.session("thoughtful");
        try (RawConnection connection = client.connect()) {
            connection.send(post("/pipe/exchange?timeout=10s", "one"));
            await().pollDelay(Duration.ofMillis(1200)).until(() -> true);
            // Arrives while the exchange waits, in pieces that are read ahead one by one.
            for (String piece : NEXT.split("(?<=\n)", -1)) {
                connection.send(piece);
            }
            connection.send(post("/pipe/exchange?timeout=10s", "two"));

            assertThat(connection.answer().text()).isEqualTo("one\n");
            assertNext(connection);
            assertThat(connection.answer().text()).isEqualTo("two\n");
        }
        assertThat(client.status().path("input").path("offset").asInt()).isEqualTo(8);
    }

    @Test
    void noPartOfAHeaderRunsAsARequestOfItsOwn() throws IOException {
        client.session("thoughtful");
        String id = client.status().path("id").asString();
        String padding = "X-Padding: " + "x".repeat(60) + "\r\n";
        for (String harmless :
                List.of("X-Harmless:DELETE /pipe HTTP/1.1\r\n", "X-Harmless: DELETE /pipe?grace=0s\r\n")) {
            try (RawConnection connection = client.connect()) {
                connection.send(post("/pipe/exchange?timeout=10s", "one", padding, harmless) + NEXT + NEXT);

                assertThat(connection.answer().text()).isEqualTo("one\n");
                assertNext(connection);
                assertNext(connection);
            }
        }
        assertThat(client.status().path("id").asString()).isEqualTo(id);
        assertThat(client.status().path("input").path("offset").asInt()).isEqualTo(8);
    }

    @Test
    void whatFollowsAReadThatWaitsIsAnswered() throws IOException {
        client.session("silent");
        try (RawConnection connection = client.connect()) {
            connection.head("GET /pipe/read?timeout=2500ms").send("\r\n" + NEXT);

            assertThat(connection.answer().status()).isEqualTo(204);
            assertNext(connection);
        }
    }

    @Test
    void whatFollowsAWriteThatWaitsForItsTurnIsAnswered() throws IOException {
        client.session("cat");
        try (RawConnection holder = client.connect();
                RawConnection connection = client.connect()) {
            hold(holder);
            connection.send(post("/pipe/write?timeout=20s", "two") + NEXT);
            await().pollDelay(SEVERAL_LOOKS).until(() -> true);
            release(holder);

            assertThat(connection.answer().json().path("written").asInt()).isEqualTo(3);
            assertNext(connection);
        }
    }

    /** Has the writers' turn until it is released. */
    private static void hold(RawConnection holder) throws IOException {
        holder.head("POST /pipe/write", "Transfer-Encoding: chunked").send("1\r\n1\r\n");
        await().until(() -> client.status().path("input").path("offset").asInt() == 1);
    }

    private static void release(RawConnection holder) throws IOException {
        assertThat(holder.send("0\r\n\r\n").answer().status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/pipe/stream", "/pipe/events"})
    void aStreamGoesOnAlthoughItsClientHasSentItsNextRequest(String target) throws IOException {
        client.session("brief");
        try (RawConnection connection = client.connect()) {
            connection.head("GET " + target).send(NEXT);
            await().pollDelay(Duration.ofMillis(1200)).until(() -> true);
            connection.send(NEXT);

            assertThat(connection.answer().text()).contains("one").contains("two");
            assertNext(connection);
            assertNext(connection);
        }
    }

    @Test
    void aStreamIsBrokenOffOnceItsClientIsOutOfSight() throws IOException {
        try (RelayService narrow = RelayService.start(
                        Settings.ordinary().sleeping("silent").with("pipe.limits.waiting-readers", "1"));
                RawConnection connection = narrow.client().connect()) {
            RelayClient client = narrow.client();
            client.session("silent");
            connection.head("GET /pipe/stream");
            assertThat(connection.answerHead().status()).isEqualTo(200);
            assertThat(client.get("/pipe/read?timeout=0s").problem()).isEqualTo("too-many-waiting");

            connection.send(NEXT.repeat(5_000));

            await().atMost(Duration.ofSeconds(20))
                    .until(() -> client.get("/pipe/read?timeout=0s").status() == 204);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "G", NEXT})
    void whatComesWhileAReadWaitsDoesNotEndIt(String early) throws IOException {
        client.session("cat");
        try (RawConnection connection = client.connect()) {
            connection.head("GET /pipe/read?timeout=20s").send(early);
            await().pollDelay(SEVERAL_LOOKS).until(() -> true);
            client.write("late".getBytes(StandardCharsets.UTF_8));

            assertThat(connection.answer().text()).isEqualTo("late");
        }
    }

    @Test
    void aReaderThatHasGoneTakesNothingWhateverItHadSent() throws IOException {
        client.session("cat");
        for (String target : List.of("GET /pipe/read?timeout=30s", "GET /pipe/read?timeout=30s&until=lf")) {
            try (RawConnection gone = client.connect()) {
                gone.head(target).send(NEXT);
            }
        }
        try (RawConnection gone = client.connect()) {
            gone.send(post("/pipe/exchange?timeout=30s&append=nul&until=nothing", "one") + NEXT);
            await().until(() -> client.status().path("output").path("end").asInt() == 4);
        }

        assertThat(client.get("/pipe/read?timeout=20s").text()).isEqualTo("one\0");
    }

    @Test
    void aWriterThatHasGoneBeforeItsTurnWritesNothing() throws IOException {
        client.session("cat");
        try (RawConnection holder = client.connect()) {
            hold(holder);
            for (String target : List.of("/pipe/write?timeout=60s", "/pipe/exchange?timeout=60s")) {
                try (RawConnection gone = client.connect()) {
                    gone.send(post(target, "gone") + NEXT);
                    await().pollDelay(Duration.ofMillis(300)).until(() -> true);
                }
            }
            await().pollDelay(SEVERAL_LOOKS).until(() -> true);
            release(holder);
        }

        assertThat(client.post("/pipe/write?timeout=10s", "2")
                        .json()
                        .path("next")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void whoeverClosesItsSendingSideIsToldWhatThatWasTakenFor() throws IOException {
        client.session("silent");
        Answer exchange = halfClosed(post("/pipe/exchange?timeout=60s", "hello"));
        assertThat(exchange.status()).as(exchange.toString()).isEqualTo(400);
        assertThat(exchange.problem()).isEqualTo("client-gone");
        assertThat(exchange.json().path("written").asInt()).isEqualTo(6);
        assertThat(exchange.json().path("next").asInt()).isEqualTo(6);
        assertThat(exchange.json().path("offset").asInt()).isZero();

        for (String target : List.of("/pipe/read?timeout=60s", "/pipe/read?timeout=60s&offset=0")) {
            Answer answer = halfClosed("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(answer.problem()).as(target + answer).isEqualTo("client-gone");
        }
        for (String target : List.of("/pipe/stream", "/pipe/events")) {
            try (RawConnection connection = client.connect().head("GET " + target)) {
                connection.socket().shutdownOutput();
                Answer head = connection.answerHead();
                // Noticed before the answer began, or after it.
                assertThat(head.status()).isIn(400, 200);
                assertThatNoException().isThrownBy(() -> connection.input().readAllBytes());
            }
        }
    }

    private static Answer halfClosed(String request) throws IOException {
        try (RawConnection connection = client.connect()) {
            connection.send(request).socket().shutdownOutput();
            return connection.answer();
        }
    }
}
