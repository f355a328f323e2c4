package io.piperelay.http;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.piperelay.child.Children;
import io.piperelay.http.support.Answer;
import io.piperelay.http.support.EventSource;
import io.piperelay.http.support.Exposition;
import io.piperelay.http.support.RawConnection;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Prometheus reads: every meter moves when its thing happens, and nothing else is in it. */
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class MetricsIT {

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int WINDOW = 4096;

    private static RelayService service;
    private static RelayClient client;

    @BeforeAll
    static void start() {
        service = RelayService.start(Settings.ordinary()
                .with("pipe.output.window", WINDOW + "B")
                .with("pipe.children.crash.restart", "on-failure")
                .with("pipe.children.crash.restart-delay", "1ms")
                .with("pipe.children.crash.restart-limit", "2")
                .child("crash", Children.leave())
                .child("leave", Children.leave())
                .child("missing", "/nowhere/no-such-program")
                .misbehaving("flood", "flood")
                .misbehaving("errors", "flood-errors", "5000")
                .sleeping("sleeping")
                .cat());
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static Exposition metrics() {
        Answer answer = client.get("/actuator/prometheus");
        assertThat(answer.status()).isEqualTo(200);
        return Exposition.of(answer.text());
    }

    private static double value(String name, String... labels) {
        return metrics().value(name, labels);
    }

    private static void awaitMore(double before, String name, String... labels) {
        await().atMost(DEADLINE).until(() -> value(name, labels) > before);
    }

    private static void awaitValue(double wanted, String name, String... labels) {
        await().atMost(DEADLINE).until(() -> value(name, labels) == wanted);
    }

    @ParameterizedTest
    @CsvSource({
        "'*/*', 'text/plain;version=0.0.4;charset=utf-8'",
        "'text/plain;version=0.0.4', 'text/plain;version=0.0.4;charset=utf-8'",
        "'application/openmetrics-text;version=1.0.0;q=0.9,text/plain;q=0.1',"
                + " 'application/openmetrics-text;version=1.0.0;charset=utf-8'"
    })
    void theClientChoosesTheFormatAndEitherIsValid(String accept, String type) {
        client.session("cat");
        client.post("/pipe/exchange", "hello");

        Answer answer = client.get("/actuator/prometheus", "Accept", accept);

        assertThat(answer.header("Content-Type").replace(" ", "")).isEqualTo(type);
        Exposition read =
                type.contains("openmetrics") ? Exposition.ofOpenMetrics(answer.text()) : Exposition.of(answer.text());
        assertThat(read.value("pipe_input_bytes_total", "child=cat")).isPositive();
    }

    /** By <a href="https://prometheus.io/docs/practices/naming/">Prometheus' conventions</a>. */
    @Test
    void namesHaveUnitsAndNoMoreTagsThanPromised() {
        client.session("leave");
        awaitMore(0, "pipe_child_exits_total", "child=leave", "code=3");
        client.get("/nowhere");

        Exposition metrics = metrics();

        assertThat(metrics.types("pipe_"))
                .containsOnly(
                        entry("pipe_input_bytes_total", "counter"),
                        entry("pipe_input_messages_total", "counter"),
                        entry("pipe_output_bytes_total", "counter"),
                        entry("pipe_output_messages_total", "counter"),
                        entry("pipe_errors_bytes_total", "counter"),
                        entry("pipe_output_unread_bytes", "gauge"),
                        entry("pipe_output_window_fill_ratio", "gauge"),
                        entry("pipe_child_blocked_seconds_total", "counter"),
                        entry("pipe_writers_blocked_seconds_total", "counter"),
                        entry("pipe_readers", "gauge"),
                        entry("pipe_writers", "gauge"),
                        entry("pipe_observers", "gauge"),
                        entry("pipe_sockets", "gauge"),
                        entry("pipe_exchange_duration_seconds", "histogram"),
                        entry("pipe_exchange_duration_seconds_max", "gauge"),
                        entry("pipe_session_starts_total", "counter"),
                        entry("pipe_child_exits_total", "counter"),
                        entry("pipe_child_restarts_total", "counter"),
                        entry("pipe_launch_failures_total", "counter"),
                        entry("pipe_problems_total", "counter"));
        metrics.types("pipe_").keySet().forEach(name -> {
            assertThat(metrics.help(name)).as(name).isNotEmpty();
            assertThat(metrics.labelNames(name)).as(name).isEqualTo(tags(name));
        });
    }

    private static Set<String> tags(String name) {
        return switch (name) {
            case "pipe_readers", "pipe_writers", "pipe_observers", "pipe_sockets" -> Set.of();
            case "pipe_problems_total" -> Set.of("type");
            case "pipe_child_exits_total" -> Set.of("child", "code");
            case "pipe_launch_failures_total" -> Set.of("child", "reason");
            case "pipe_exchange_duration_seconds" -> Set.of("child", "le");
            default -> Set.of("child");
        };
    }

    @Test
    void bytesAndMessagesAreCountedEachWayOverAllSessions() {
        Exposition before = metrics();
        for (int round = 0; round < 4; round++) {
            client.session("cat");
            client.write("hello");
            client.write("world");
            assertThat(client.read(10)).hasSize(10);
        }
        client.write("x");
        client.post("/pipe/write");

        Exposition after = metrics();

        assertGrew(4 * 10 + 1, before, after, "pipe_input_bytes_total");
        assertGrew(4 * 2 + 1, before, after, "pipe_input_messages_total");
        assertThat(grown(before, after, "pipe_output_messages_total", "child=cat"))
                .isBetween(4.0, 8.0);
        awaitMore(
                before.value("pipe_output_bytes_total", "child=cat") + 4 * 10, "pipe_output_bytes_total", "child=cat");
        client.delete("/pipe");
        assertThat(value("pipe_output_bytes_total", "child=cat"))
                .isEqualTo(before.value("pipe_output_bytes_total", "child=cat") + 4 * 10 + 1);
    }

    private static double grown(Exposition before, Exposition after, String name, String... labels) {
        return after.value(name, labels) - before.value(name, labels);
    }

    private static void assertGrew(double by, Exposition before, Exposition after, String name) {
        assertThat(grown(before, after, name, "child=cat")).as(name).isEqualTo(by);
    }

    @Test
    void errorsAreCounted() {
        client.session("errors");

        awaitValue(5000, "pipe_errors_bytes_total", "child=errors");
        assertThat(value("pipe_output_bytes_total", "child=errors")).isLessThan(10);
    }

    @Test
    void unreadOutputIsShownAndTheWindowsFill() {
        client.session("cat");
        client.write(new byte[WINDOW / 4]);

        awaitValue(WINDOW / 4, "pipe_output_unread_bytes", "child=cat");
        assertThat(value("pipe_output_window_fill_ratio", "child=cat")).isEqualTo(0.25);
        client.read(WINDOW / 4);
        assertThat(value("pipe_output_unread_bytes", "child=cat")).isZero();
        client.write("1");
        awaitValue(1, "pipe_output_unread_bytes", "child=cat");
        client.session("sleeping");
        assertThat(value("pipe_output_unread_bytes", "child=cat"))
                .as("of another child")
                .isZero();
    }

    @Test
    void timeForWhichTheChildIsBlockedGoesOnWhileItIs() {
        client.session("flood");
        awaitValue(1, "pipe_output_window_fill_ratio", "child=flood");
        double before = value("pipe_child_blocked_seconds_total", "child=flood");

        awaitMore(before + 0.5, "pipe_child_blocked_seconds_total", "child=flood");

        client.session("sleeping");
        double after = value("pipe_child_blocked_seconds_total", "child=flood");
        assertThat(after).isGreaterThan(before + 0.5);
        assertThat(value("pipe_child_blocked_seconds_total", "child=flood"))
                .as("once it has ended")
                .isCloseTo(after, within(0.01));
    }

    @Test
    void timeForWhichWritersAreBlockedIsCounted() {
        client.session("sleeping");
        double before = value("pipe_writers_blocked_seconds_total", "child=sleeping");

        Answer full = client.post("/pipe/write?timeout=1s", new byte[1024 * 1024]);

        assertThat(full.problem()).isEqualTo("pipe-full");
        double blocked = value("pipe_writers_blocked_seconds_total", "child=sleeping") - before;
        assertThat(blocked).isGreaterThan(0.9).isLessThan(30);
        assertThat(value("pipe_writers_blocked_seconds_total", "child=sleeping") - before)
                .isEqualTo(blocked, within(1e-9));
    }

    @Test
    void whoeverWaitsIsShownAsLongAsHeDoes() throws IOException, ExecutionException, InterruptedException {
        client.session("sleeping");
        CompletableFuture<Answer> reader = client.getLater("/pipe/read?timeout=60s");
        CompletableFuture<Answer> writer = client.postLater("/pipe/write?timeout=60s", new byte[1024 * 1024]);
        try (EventSource one = client.events("");
                EventSource another = client.events("")) {
            awaitValue(1, "pipe_readers");
            awaitValue(1, "pipe_writers");
            awaitValue(2, "pipe_observers");
            client.delete("/pipe?grace=0s");
            assertThat(one.rest()).isNotEmpty();
            assertThat(another.rest()).isNotEmpty();
        }
        assertThat(reader.get().status()).isEqualTo(410);
        assertThat(writer.get().status()).isIn(409, 410);
        awaitValue(0, "pipe_readers");
        awaitValue(0, "pipe_writers");
        awaitValue(0, "pipe_observers");
    }

    @Test
    void exchangesAreTimedIfTheyAreAnswered() {
        client.session("cat");
        Exposition before = metrics();

        client.post("/pipe/exchange", "hello");
        assertThat(client.post("/pipe/exchange?timeout=10ms&until=never", "hello")
                        .problem())
                .isEqualTo("reply-timeout");

        Exposition after = metrics();
        assertGrew(1, before, after, "pipe_exchange_duration_seconds_count");
        assertThat(grown(before, after, "pipe_exchange_duration_seconds_sum", "child=cat"))
                .isBetween(1e-6, 60.0);
        assertThat(grown(before, after, "pipe_exchange_duration_seconds_bucket", "child=cat", "le=60.0"))
                .isEqualTo(1);
    }

    @Test
    void startsExitsAndRestartsAreCounted() {
        Exposition before = metrics();

        client.session("crash");

        awaitMore(
                before.value("pipe_child_exits_total", "child=crash", "code=3") + 2,
                "pipe_child_exits_total",
                "child=crash",
                "code=3");
        Exposition after = metrics();
        assertThat(grown(before, after, "pipe_session_starts_total", "child=crash"))
                .isEqualTo(3);
        assertThat(grown(before, after, "pipe_child_restarts_total", "child=crash"))
                .isEqualTo(2);
        assertThat(grown(before, after, "pipe_child_exits_total", "child=crash", "code=3"))
                .isEqualTo(3);
        assertThat(after.value("pipe_child_restarts_total", "child=cat")).isZero();
    }

    @Test
    void launchesThatFailAreCountedByReason() {
        client.delete("/pipe?grace=0s");
        Exposition before = metrics();

        assertThat(client.postJson("/pipe", "{\"child\":\"missing\"}").problem())
                .isEqualTo("child-launch-failed");

        Exposition after = metrics();
        assertThat(grown(before, after, "pipe_launch_failures_total", "child=missing", "reason=child-launch-failed"))
                .isEqualTo(1);
        assertThat(grown(before, after, "pipe_problems_total", "type=child-launch-failed"))
                .isEqualTo(1);
        assertThat(grown(before, after, "pipe_session_starts_total", "child=missing"))
                .isZero();
    }

    @Test
    void problemsAreCountedByTypeWhoeverRefuses() throws IOException {
        client.session("cat");
        Exposition before = metrics();

        client.get("/nowhere");
        client.get("/pipe/read?max=0");
        client.get("/pipe", "Origin", "http://evil.example");
        client.get("/pipe;evil");
        try (RawConnection connection = client.connect()) {
            connection.send("GET /pipe HTTP/1.1\r\nHost: localhost\r\nBad Header: x\r\n\r\n");
            assertThat(connection.answer().status()).isEqualTo(400);
        }

        Exposition after = metrics();
        assertThat(grown(before, after, "pipe_problems_total", "type=not-found"))
                .isEqualTo(1);
        assertThat(grown(before, after, "pipe_problems_total", "type=invalid-parameter"))
                .isEqualTo(1);
        assertThat(grown(before, after, "pipe_problems_total", "type=forbidden"))
                .isEqualTo(1);
        assertThat(grown(before, after, "pipe_problems_total", "type=bad-request"))
                .isEqualTo(2);
    }

    @Test
    void nothingThatAClientSendsBecomesATag() throws IOException {
        client.session("cat");
        client.post("/pipe/exchange?append=lf", "evil", "Accept-Language", "evil", "X-Evil", "evil");
        client.get("/evil?evil=evil");
        client.get("/pipe/evil");
        client.get("/actuator/evil");
        client.get("/actuator/metrics/evil");
        client.get("/problems/evil");
        client.postJson("/pipe?replace=true", "{\"child\":\"evil\"}");
        try (RawConnection connection = client.connect()) {
            connection.send("EVIL /evil HTTP/1.1\r\nHost: evil.localhost\r\n\r\n");
            assertThat(connection.answer().status()).isGreaterThanOrEqualTo(400);
        }
        try (RawConnection connection = client.connect()) {
            connection.send("EVIL /pipe HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(connection.answer().status()).isGreaterThanOrEqualTo(400);
        }

        assertThat(client.get("/actuator/prometheus").text().toLowerCase(Locale.ROOT))
                .doesNotContain("evil");
    }

    @Test
    void noFolderOfTheMachineIsShown() {
        assertThat(client.get("/actuator/prometheus").text())
                .contains("jvm_memory_used_bytes")
                .doesNotContain(System.getProperty("user.dir"), "path=");
    }

    @Test
    void eachMeterCanBeLookedAtByItself() {
        assertThat(client.get("/actuator/metrics/pipe.session.starts?tag=child:cat")
                        .json()
                        .at("/measurements/0/statistic")
                        .asString())
                .isEqualTo("COUNT");
    }
}
