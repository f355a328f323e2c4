package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RawConnection;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import io.piperelay.http.support.Soak;
import io.piperelay.web.docs.ProblemExample;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each limit that an operator can set holds, and clients that reach it get to know. */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class LimitsIT {

    private static final int CONNECTIONS = 30;
    private static final int READERS = 3;
    private static final int WRITERS = 2;
    private static final int OBSERVERS = 2;
    private static final int MAX_REQUEST = 200_000;
    private static final int PIPE = 65_536;

    /** More than is accepted while the child reads nothing: 64 KiB in the pipe, and as much waiting for it. */
    private static final int HELD_UP = 140_000;

    private static final List<String> WAITING =
            List.of("POST /pipe/exchange?timeout=20s", "GET /pipe/read?timeout=20s", "GET /pipe/stream");

    private static RelayService service;
    private static RelayClient client;

    private final List<RawConnection> connections = new ArrayList<>();

    @BeforeAll
    static void start() {
        service = RelayService.start(Settings.ordinary()
                .cat()
                .sleeping("silent")
                .steps("slow", "pause:3000", "drain")
                .with("pipe.limits.connections", Integer.toString(CONNECTIONS))
                .with("pipe.limits.waiting-readers", Integer.toString(READERS))
                .with("pipe.limits.waiting-writers", Integer.toString(WRITERS))
                .with("pipe.limits.observers", Integer.toString(OBSERVERS))
                .with("pipe.limits.header-timeout", "1s")
                .with("pipe.limits.body-timeout", "1s")
                .with("pipe.limits.timeout", "20s")
                .with("pipe.input.max-request", MAX_REQUEST + "B"));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @BeforeEach
    void session() {
        client.session("silent", PIPE);
    }

    @AfterEach
    void disconnect() throws IOException {
        for (RawConnection connection : connections) {
            connection.close();
        }
    }

    private RawConnection connect() throws IOException {
        RawConnection connection = client.connect();
        connections.add(connection);
        return connection;
    }

    private static void assertRefused(String problem, Answer answer) {
        assertThat(answer.problem()).as(answer.toString()).isEqualTo(problem);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isEqualTo("1");
    }

    @Test
    void aConnectionTooManyIsToldSoAndClosed() throws IOException {
        // The client's own connection is one of them.
        for (int i = 1; i < CONNECTIONS; i++) {
            assertThat(connect().head("GET /pipe").answer().status()).isEqualTo(200);
        }

        for (int i = 0; i < 50; i++) {
            RawConnection tooMany =
                    connect().head("POST /pipe/write", "Content-Length: 5").send("hello");
            Answer answer = tooMany.answer();
            assertRefused("too-many-connections", answer);
            ProblemExample.assertShown(answer.json());
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(tooMany.read()).isEqualTo(-1);
        }
        assertThat(client.status().path("input").path("offset").asInt()).isZero();

        List<RawConnection> surplus = List.of(connect(), connect());
        assertThat(surplus.get(0).head("GET /actuator/health").answer().status())
                .isEqualTo(200);
        assertThat(surplus.get(1).head("DELETE /pipe?grace=0s").answer().status())
                .isEqualTo(200);
        for (RawConnection one : surplus) {
            one.close();
        }
        connections.get(0).close();
        await().untilAsserted(() -> assertThat(
                        connect().head("GET /pipe/children").answer().status())
                .isEqualTo(200));
    }

    @Test
    void aReaderTooManyIsToldToComeBackAndEverythingElseAnswers() throws IOException {
        for (int i = 0; i < READERS; i++) {
            connect().head(WAITING.get(i), "Content-Length: 0");
        }

        await().untilAsserted(() -> assertRefused("too-many-waiting", client.get("/pipe/read?timeout=0s")));
        assertRefused("too-many-waiting", client.post("/pipe/exchange", "x"));
        assertRefused("too-many-waiting", client.get("/pipe/stream"));

        assertThat(client.get("/pipe").status()).isEqualTo(200);
        assertThat(client.get("/pipe/errors").status()).isEqualTo(204);
        assertThat(client.delete("/pipe?grace=0s").status()).isEqualTo(200);
        client.session("cat");
        await().untilAsserted(() ->
                assertThat(client.post("/pipe/exchange", "again").text()).isEqualTo("again\n"));
    }

    @Test
    void aWriterTooManyIsToldToComeBackAndEverythingElseAnswers() throws IOException {
        client.write(new byte[MAX_REQUEST / 2]); // What the pipe and the slot hold.
        for (int i = 0; i < WRITERS; i++) {
            connect()
                    .head("POST /pipe/write?timeout=20s", "Content-Length: 100000")
                    .send(new byte[100_000]);
        }

        await().untilAsserted(() -> assertRefused("too-many-waiting", client.post("/pipe/write?timeout=0s", "x")));

        assertThat(client.get("/pipe").status()).isEqualTo(200);
        assertThat(client.get("/pipe/read?timeout=0s").status()).isEqualTo(204);
        assertThat(client.delete("/pipe?grace=0s").status()).isEqualTo(200);
        client.session("cat");
        await().untilAsserted(() ->
                assertThat(client.post("/pipe/write", "again").status()).isEqualTo(200));
    }

    @Test
    void anObserverTooManyIsToldToComeBackAndEverythingElseAnswers() throws IOException {
        for (int i = 0; i < OBSERVERS; i++) {
            assertThat(connect().head("GET /pipe/events").answerHead().status()).isEqualTo(200);
        }

        assertRefused("too-many-waiting", client.get("/pipe/events"));

        assertThat(client.get("/pipe").status()).isEqualTo(200);
        assertThat(client.get("/pipe/read?timeout=0s").status()).isEqualTo(204);
        connections.get(0).close();
        await().until(this::observes);
        assertThat(client.delete("/pipe?grace=0s").status()).isEqualTo(200);
        client.session("cat");
        await().until(this::observes);
    }

    private boolean observes() throws IOException {
        RawConnection observer = client.connect().head("GET /pipe/events");
        if (observer.answerHead().status() == 200) {
            connections.add(observer);
            return true;
        }
        observer.close();
        return false;
    }

    @Test
    void aRequestTooLargeIsRefused() {
        Answer known = client.post("/pipe/write", new byte[MAX_REQUEST + 1]);

        assertThat(known.status()).isEqualTo(413);
        assertThat(known.problem()).isEqualTo("request-too-large");
        assertThat(known.json().path("detail").asString()).contains(Integer.toString(MAX_REQUEST));
        assertThat(client.status().path("input").path("offset").asInt()).isZero();
    }

    @Test
    void headersThatDripAreGivenUp() throws Exception {
        long start = System.nanoTime();
        RawConnection drip = connect().send("GET /pipe HTTP/1.1\r\nHost: localhost\r\nX: ");

        Answer answer = dripUntilAnswered(drip);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(5));
        assertThat(answer.status()).isEqualTo(408);
        assertThat(answer.problem()).isEqualTo("request-timeout");
        assertThat(answer.header("Connection")).isEqualTo("close");
        assertThat(answer.json().path("instance").asString()).isEqualTo("/pipe");
        assertThat(drip.read()).isEqualTo(-1);
    }

    /** The time that the previous request took does not count. */
    @Test
    void headersThatFollowALongRequestHaveTheirOwnTime() throws Exception {
        RawConnection connection =
                connect().head("GET /pipe/read?timeout=3s").send("GET /pipe HTTP/1.1\r\nHost: local");

        assertThat(connection.answer().status()).isEqualTo(204);
        Thread.sleep(300);
        assertThat(connection.send("host\r\n\r\n").answer().status()).isEqualTo(200);
    }

    @Test
    void aRequestLineThatDripsIsGivenUp() throws Exception {
        Answer answer = dripUntilAnswered(connect().send("GET /p"));

        assertThat(answer.status()).isEqualTo(408);
        assertThat(answer.problem()).isEqualTo("request-timeout");
    }

    @Test
    void blankLinesThatDripBeforeARequestAreGivenUp() throws Exception {
        for (String before : List.of("", "GET /pipe/children HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
            RawConnection drip = connect().send(before);
            if (!before.isEmpty()) {
                assertThat(drip.answer().status()).isEqualTo(200);
            }
            long start = System.nanoTime();

            Answer answer = dripUntilAnswered(drip, "\r\n");

            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(9));
            assertThat(answer.status()).isEqualTo(408);
            assertThat(drip.read()).isEqualTo(-1);
        }
    }

    @Test
    void headersBehindBlankLinesThatDripGetNoTimeOfTheirOwn() throws Exception {
        RawConnection drip = connect();
        for (int i = 0; i < 8; i++) {
            drip.send("\r\n");
            Thread.sleep(100);
        }
        long start = System.nanoTime();

        assertThat(dripUntilAnswered(drip.send("GET /")).status()).isEqualTo(408);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(950));
    }

    @Test
    void blankLinesBeforeARequestAreNoMatter() throws Exception {
        RawConnection connection = connect().send("\r\n").head("GET /pipe");

        assertThat(connection.answer().status()).isEqualTo(200);
        assertThat(connection.send("\r\n").head("GET /pipe").answer().status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 50_001, 70_000})
    void whatArrivedOfABodyThatStallsCounts(int arrived) throws Exception {
        for (String target : List.of("/pipe/write?offset=0", "/pipe/exchange?timeout=5s")) {
            client.session("cat");
            Answer answer = connect()
                    .head("POST " + target, "Content-Length: 100000")
                    .send(new byte[arrived])
                    .answer();

            assertThat(answer.status()).as(answer.toString()).isEqualTo(408);
            assertThat(answer.problem()).isEqualTo("request-timeout");
            assertThat(answer.json().path("written").asInt(-1)).isEqualTo(arrived);
            assertThat(answer.json().path("next").asInt(-1)).isEqualTo(arrived);
            assertThat(client.status().path("input").path("offset").asInt()).isEqualTo(arrived);
        }
        client.session("cat");
        assertThat(client.post("/pipe/write?offset=0", new byte[100_000])
                        .json()
                        .path("written")
                        .asInt())
                .isEqualTo(100_000);
    }

    @Test
    void aBodyThatDripsIsGivenUp() throws Exception {
        RawConnection drip = connect().head("POST /pipe/write", "Content-Length: 100000");

        Answer answer = dripUntilAnswered(drip);

        assertThat(answer.status()).isEqualTo(408);
        assertThat(answer.problem()).isEqualTo("request-timeout");
        assertThat(client.status().path("input").path("open").asBoolean()).isTrue();
    }

    @Test
    void aBodyThatNeverComesIsGivenUp() throws Exception {
        long start = System.nanoTime();

        for (String length : List.of("Content-Length: 5", "Transfer-Encoding: chunked")) {
            Answer answer = connect().head("POST /pipe/write", length).answer();

            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.problem()).isEqualTo("request-timeout");
        }

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(9));
        assertThat(client.status().path("input").path("offset").asInt()).isZero();
    }

    /** Time that the child takes to make room does not count. */
    @Test
    void aBodyMayTakeLongForTheChildsSake() throws Exception {
        for (int i = 0; i < Soak.count(1, 3); i++) {
            client.session("slow", PIPE);
            RawConnection connection = connect()
                    .head("POST /pipe/write?timeout=20s", "Content-Length: " + MAX_REQUEST)
                    .send(new byte[MAX_REQUEST - 10]);
            await().atMost(Duration.ofSeconds(15))
                    .until(() -> client.status().path("input").path("offset").asInt() > HELD_UP);
            Thread.sleep(600);

            Answer answer = connection.send(new byte[10]).answer();

            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        }
    }

    private static Answer dripUntilAnswered(RawConnection drip) throws Exception {
        return dripUntilAnswered(drip, "x");
    }

    private static Answer dripUntilAnswered(RawConnection drip, String drop) throws Exception {
        for (int i = 0; i < 200 && drip.input().available() == 0; i++) {
            drip.send(drop);
            Thread.sleep(100);
        }
        return drip.answer();
    }

    @Test
    void aWaitTooLongIsRefused() {
        for (String target : List.of("/pipe/read?timeout=21s", "/pipe/read?timeout=1h")) {
            Answer answer = client.get(target);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.json().path("detail").asString()).contains("from 0s to 20");
        }
    }
}
