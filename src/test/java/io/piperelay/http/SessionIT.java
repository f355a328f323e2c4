package io.piperelay.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RawConnection;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** {@code POST}, {@code GET} and {@code DELETE /pipe}. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class SessionIT {

    private static final String STUBBORN = "{\"child\":\"stubborn\"}";

    private static RelayService service;
    private static RelayClient client;

    @BeforeAll
    static void start() {
        service = RelayService.start(Settings.ordinary()
                .cat()
                .sleeping("sleeper")
                .steps("exiting", "read-line", "exit:7")
                .child("missing", "/nonexistent/program")
                .misbehaving("stubborn", "stubborn")
                .misbehaving("killed", "signal", "KILL"));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @BeforeEach
    void noSession() {
        client.delete("/pipe?grace=0s");
    }

    @Test
    void createWithoutABodyLaunchesTheAgentOnTwoPipes() {
        Answer answer = client.post("/pipe");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.header("Location")).isEqualTo("/pipe");
        assertThat(answer.header("Content-Type")).startsWith("application/json");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        JsonNode session = answer.json();
        assertThat(session.path("id").asString()).isNotEmpty();
        assertThat(session.path("state").asString()).isEqualTo("running");
        assertThat(session.path("topology").asString()).isEqualTo("duplex");
        assertThat(Instant.parse(session.path("createdAt").asString()))
                .isBetween(Instant.now().minusSeconds(60), Instant.now());
        JsonNode child = session.path("child");
        assertThat(child.path("name").asString()).isEqualTo("agent");
        assertThat(ProcessHandle.of(child.path("pid").asLong())).isPresent();
        assertThat(child.has("exitCode") && child.path("exitCode").isNull()).isTrue();
        assertThat(child.has("signal") && child.path("signal").isNull()).isTrue();
        assertThat(child.has("exitedAt") && child.path("exitedAt").isNull()).isTrue();
        assertThat(session.path("pipe").path("readHandle").asString()).matches("0x[0-9a-f]+");
        assertThat(session.path("pipe").path("writeHandle").asString()).matches("0x[0-9a-f]+");
        assertThat(session.path("pipe").path("bufferSize").asInt()).isPositive();
        JsonNode input = session.path("input");
        assertThat(input.path("offset").asLong(-1)).isZero();
        assertThat(input.path("open").asBoolean()).isTrue();
        assertThat(input.path("pending").asLong(0))
                .as("0, or null where it is unknown")
                .isZero();
        assertThat(input.has("pendingSince") && input.path("pendingSince").isNull())
                .isTrue();
        JsonNode output = session.path("output");
        assertThat(output.path("oldest").asLong(-1)).isZero();
        assertThat(output.path("cursor").asLong(-1)).isZero();
        assertThat(output.path("end").asLong(-1)).isZero();
        assertThat(output.path("capacity").asLong()).isEqualTo(1048576);
        assertThat(output.path("eof").asBoolean(true)).isFalse();
        assertThat(session.path("errors").path("eof").asBoolean(true)).isFalse();
    }

    @Test
    void showIsWhatCreateAnswered() {
        JsonNode created =
                client.post("/pipe", "", "Content-Type", "application/json").json();

        JsonNode shown = client.status();

        assertThat(shown.path("id")).isEqualTo(created.path("id"));
        assertThat(shown.path("pipe")).isEqualTo(created.path("pipe"));
        assertThat(client.get("/pipe").header("Cache-Control")).isEqualTo("no-store");
        assertThat(client.get("/pipe").header("X-Content-Type-Options")).isEqualTo("nosniff");
    }

    @Test
    void withoutASessionThereIsNothingToShowToReadOrToClose() {
        assertThat(client.get("/pipe").problem()).isEqualTo("no-session");
        assertThat(client.get("/pipe").status()).isEqualTo(404);
        assertThat(client.delete("/pipe").problem()).isEqualTo("no-session");
        assertThat(client.get("/pipe/read").problem()).isEqualTo("no-session");
        assertThat(client.get("/pipe/errors").problem()).isEqualTo("no-session");
        assertThat(client.post("/pipe/write", "x").problem()).isEqualTo("no-session");
        assertThat(client.post("/pipe/exchange", "x").problem()).isEqualTo("no-session");
        assertThat(client.method("HEAD", "/pipe/read").status()).isEqualTo(404);
    }

    @Test
    void childrenAreListedByName() {
        assertThat(client.get("/pipe/children").json().toString())
                .isEqualTo("[\"agent\",\"bingo\",\"cat\",\"exiting\",\"killed\",\"missing\",\"sleeper\",\"stubborn\"]");
    }

    @ParameterizedTest
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a pipe has the size that was asked for there")
    @CsvSource({"0, 65536", "1, 4096", "4096, 4096", "4097, 8192", "100000, 131072", "1048576, 1048576"})
    void bufferSizeIsTheSizeOfThePipeRoundedUpByTheSystem(int asked, int granted) {
        Answer created = client.postJson("/pipe", "{\"child\":\"cat\",\"bufferSize\":" + asked + "}");

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.json().path("pipe").path("bufferSize").asInt()).isEqualTo(granted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"child\":\"nobody\"}",
                "{\"child\":\"\"}",
                "{\"child\":7}",
                "{\"child\":[\"cat\"]}",
                "{\"topology\":\"DUPLEX\"}",
                "{\"topology\":\"ring\"}",
                "{\"topology\":1}",
                "{\"bufferSize\":-1}",
                "{\"bufferSize\":1.5}",
                "{\"bufferSize\":1e3}",
                "{\"bufferSize\":\"4096\"}",
                "{\"bufferSize\":1048577}",
                "{\"bufferSize\":4294967296}",
                "{\"bufferSize\":99999999999999999999999999}",
                "{\"command\":[\"/bin/sh\"]}",
                "{\"child\":\"cat\",\"child\":\"agent\"}",
                "{\"child\":\"cat\"} x",
                "{\"child\":\"cat\"}{}",
                "{\"child\":\"cat\"",
                "[]",
                "null",
                "\"cat\"",
                "7",
                " ",
                "\u0000",
                "{'child':'cat'}"
            })
    void aFieldThatIsNotUnderstoodIsRefused(String document) {
        Answer answer = client.postJson("/pipe", document);

        assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
        assertThat(answer.problem()).isIn("invalid-body", "unknown-child");
        assertThat(client.get("/pipe").status()).isEqualTo(404);
    }

    @Test
    void nullAndAbsentFieldsAreTheDefaults() {
        Answer answer = client.postJson("/pipe", "{\"child\":null,\"topology\":null,\"bufferSize\":null}");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.json().path("child").path("name").asString()).isEqualTo("agent");
    }

    @Test
    void aSecondSessionIsRefusedAndTheFirstUnharmed() {
        String first = client.session("cat").path("id").asString();

        Answer second = client.postJson("/pipe", "{\"child\":\"cat\"}");

        assertThat(second.status()).isEqualTo(409);
        assertThat(second.problem()).isEqualTo("session-exists");
        assertThat(client.status().path("id").asString()).isEqualTo(first);
        client.write("still here");
        assertThat(client.read(10)).asString().isEqualTo("still here");
    }

    @Test
    void replaceClosesTheFirstSession() {
        JsonNode first = client.session("sleeper");

        Answer second = client.postJson("/pipe?replace=true", "{\"child\":\"cat\"}");

        assertThat(second.status()).isEqualTo(201);
        assertThat(second.json().path("id")).isNotEqualTo(first.path("id"));
        assertThat(second.json().path("input").path("offset").asLong(-1)).isZero();
        assertThat(isRunning(first.path("child").path("pid").asLong())).isFalse();
    }

    /** Each of them would cost the grace, the request to terminate and the kill. */
    @Test
    void whoWentAwayBeforeHisTurnReplacesNothing() throws IOException {
        client.session("stubborn");
        assertThat(client.read(6)).asString().isEqualTo("ready\n");
        List<RawConnection> gone = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            gone.add(client.connect()
                    .head(
                            "POST /pipe?replace=true",
                            "Content-Type: application/json",
                            "Content-Length: " + STUBBORN.length())
                    .send(STUBBORN));
        }
        await().until(() -> !client.status().path("input").path("open").asBoolean());
        for (RawConnection connection : gone) {
            connection.close();
        }
        long start = System.nanoTime();

        Answer created = client.postJson("/pipe?replace=true", "{\"child\":\"cat\"}");

        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        assertThat(client.status().path("id")).isEqualTo(created.json().path("id"));
    }

    @Test
    void whoeverWaitsForHisTurnDoesSoNotForEver() {
        try (RelayService impatient = RelayService.start(Settings.ordinary()
                .with("pipe.limits.timeout", "300ms")
                .with("pipe.output.timeout", "300ms")
                .with("pipe.input.timeout", "300ms")
                .misbehaving("stubborn", "stubborn")
                .with("pipe.children.stubborn.stop-grace", "60s"))) {
            RelayClient hurried = impatient.client();
            hurried.session("stubborn");
            CompletableFuture<Answer> first = hurried.postLater(
                    "/pipe?replace=true", STUBBORN.getBytes(UTF_8), "Content-Type", "application/json");
            await().until(() -> !hurried.status().path("input").path("open").asBoolean());

            Answer busy = hurried.postJson("/pipe?replace=true", STUBBORN);

            assertThat(busy.status()).as(busy.toString()).isEqualTo(503);
            assertThat(busy.problem()).isEqualTo("pipe-busy");
            assertThat(first).isNotDone();
            assertThat(hurried.delete("/pipe?grace=0s").status()).isEqualTo(200);
            assertThat(first.join().status()).isEqualTo(201);
            hurried.delete("/pipe?grace=0s");
        }
    }

    @Test
    void replaceWithoutASessionJustCreates() {
        assertThat(client.postJson("/pipe?replace=true", "{\"child\":\"cat\"}").status())
                .isEqualTo(201);
    }

    @Test
    void replaceByAChildThatIsNotConfiguredLeavesTheSessionAlone() {
        String first = client.session("cat").path("id").asString();

        assertThat(client.postJson("/pipe?replace=true", "{\"child\":\"nobody\"}")
                        .problem())
                .isEqualTo("unknown-child");

        assertThat(client.status().path("id").asString()).isEqualTo(first);
    }

    @Test
    void aProgramThatIsMissingIsAProblemWithTheSystemsOwnWords() {
        Answer answer = client.postJson("/pipe", "{\"child\":\"missing\"}");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.problem()).isEqualTo("child-launch-failed");
        JsonNode osError = answer.json().path("osError");
        assertThat(osError.path("operation").asString()).isIn("execve", "CreateProcess");
        assertThat(osError.path("code").asInt()).isIn(2, 3); // Windows tells a missing folder from a missing file.
        assertThat(osError.path("message").asString()).isNotBlank();
        assertThat(answer.text()).doesNotContain("/nonexistent", "Exception");
        assertThat(client.get("/pipe").status()).isEqualTo(404);
    }

    @Test
    void aFailureHasAChineseTitleForThoseWhoWantIt() {
        Answer answer = client.post(
                "/pipe",
                "{\"child\":\"missing\"}",
                "Content-Type",
                "application/json",
                "Accept-Language",
                "zh-CN,zh;q=0.9,en;q=0.8");

        assertThat(answer.json().path("title").asString()).isEqualTo("创建子进程失败");
        assertThat(answer.header("Content-Language")).isEqualTo("zh");
    }

    @Test
    void theChildsExitShowsWithItsCode() {
        client.session("exiting");

        client.write("\n");

        JsonNode status = client.awaitExit(Duration.ofSeconds(10));
        assertThat(status.path("child").path("exitCode").asInt(-1)).isEqualTo(7);
        assertThat(status.path("child").path("signal").isNull()).isTrue();
        assertThat(Instant.parse(status.path("child").path("exitedAt").asString()))
                .isBetween(Instant.parse(status.path("createdAt").asString()), Instant.now());
        assertThat(status.path("input").path("open").asBoolean(true)).isFalse();
        await().until(() -> client.status().path("output").path("eof").asBoolean(false));
        await().until(() -> client.status().path("errors").path("eof").asBoolean(false));
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no signals")
    void aSignalShowsByName() {
        client.session("killed");

        JsonNode child = client.awaitExit(Duration.ofSeconds(10)).path("child");
        assertThat(child.path("signal").asString()).isEqualTo("SIGKILL");
        assertThat(child.path("exitCode").asInt()).isEqualTo(137);
    }

    @Test
    void closingTellsWhatItTook() {
        long child = client.session("cat").path("child").path("pid").asLong();

        Answer closed = client.delete("/pipe");

        assertThat(closed.status()).isEqualTo(200);
        assertThat(closed.json().path("state").asString()).isEqualTo("closed");
        assertThat(closed.json().path("stoppedBy").asString()).isEqualTo("end-of-input");
        assertThat(closed.json().path("child").path("exitCode").asInt(-1)).isZero();
        assertThat(isRunning(child)).isFalse();
        assertThat(client.get("/pipe").status()).isEqualTo(404);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no signals")
    void aChildThatDoesNotReadIsToldToTerminate() {
        client.session("sleeper");

        Answer closed = client.delete("/pipe?grace=100ms");

        assertThat(closed.json().path("stoppedBy").asString()).isEqualTo("terminate");
        assertThat(closed.json().path("child").path("signal").asString()).isEqualTo("SIGTERM");
    }

    @Test
    void aChildThatIgnoresEverythingIsKilledAfterTheGrace() {
        client.session("stubborn");
        assertThat(client.read(6)).asString().isEqualTo("ready\n");
        long start = System.nanoTime();

        Answer closed = client.close(Duration.ofMillis(500));

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(500));
        assertThat(closed.json().path("stoppedBy").asString()).isEqualTo("kill");
    }

    @Test
    void aSessionWhoseChildHasExitedIsClosedByNothing() {
        client.session("exiting");
        client.write("\n");
        client.awaitExit(Duration.ofSeconds(10));

        Answer closed = client.delete("/pipe");

        assertThat(closed.status()).isEqualTo(200);
        assertThat(closed.json().path("stoppedBy").isNull()).isTrue();
        assertThat(closed.json().path("child").path("exitCode").asInt()).isEqualTo(7);
    }

    @Test
    void anotherDeleteMayShortenTheGrace() {
        client.session("sleeper");
        CompletableFuture<Answer> patient = client.deleteLater("/pipe?grace=60s");
        await().pollDelay(Duration.ofMillis(100)).until(() -> !patient.isDone());

        Answer hurried = client.delete("/pipe?grace=0s");

        assertThat(patient.join().json().path("id")).isEqualTo(hurried.json().path("id"));
        assertThat(patient.join().status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1s", "5", "", "s", "1h", "61s", "1.5s", "0x1s", "9999999999s", "%20"})
    void aGraceThatIsNotUnderstoodIsRefused(String grace) {
        client.session("cat");

        assertThat(client.delete("/pipe?grace=" + grace).problem()).isEqualTo("invalid-parameter");

        assertThat(client.status().path("state").asString()).isEqualTo("running");
    }

    @ParameterizedTest
    @ValueSource(strings = {"replace=yes", "replace=", "replace", "replace=true&replace=true", "Replace=true", "x=1"})
    void aParameterThatIsNotUnderstoodIsRefused(String query) {
        assertThat(client.post("/pipe?" + query).problem()).isEqualTo("invalid-parameter");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/xml", "nonsense", "*/*"})
    void aBodyOfAnotherTypeIsRefused(String type) {
        Answer answer = client.post("/pipe", "{\"child\":\"cat\"}", "Content-Type", type);

        assertThat(answer.status()).as(answer.toString()).isEqualTo(415);
        assertThat(answer.problem()).isEqualTo("unsupported-media-type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/json;charset=UTF-8", "APPLICATION/JSON"})
    void jsonIsUnderstoodHoweverItIsCalled(String type) {
        assertThat(client.post("/pipe", "{\"child\":\"cat\"}", "Content-Type", type)
                        .status())
                .isEqualTo(201);
    }

    @Test
    void onlyTheAgentKnowsTheSharedTopology() {
        Answer answer = client.postJson("/pipe", "{\"child\":\"cat\",\"topology\":\"shared\"}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.problem()).isEqualTo("unsupported-topology");
    }

    static boolean isRunning(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }
}
