package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.child.Children;
import io.piperelay.http.support.Answer;
import io.piperelay.http.support.EventSource;
import io.piperelay.http.support.EventSource.Event;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

/** Children that are started again when they have exited by themselves. */
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
@ExtendWith(OutputCaptureExtension.class)
class RestartIT {

    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final Settings settings = Settings.ordinary();
    private RelayService service;
    private RelayClient client;

    @BeforeEach
    void start() {
        child(settings, "always", "always", "10ms");
        child(settings, "on-failure", "on-failure", "10ms");
        child(settings, "held", "always", "10m");
        child(settings, "once", "always", "10ms");
        child(settings, "never", "never", "1ms");
        settings.child("crash", Children.leave())
                .with("pipe.children.crash.restart", "on-failure")
                .with("pipe.children.crash.restart-delay", "1ms")
                .with("pipe.children.crash.restart-limit", "3")
                .with("pipe.children.once.restart-limit", "1")
                .with("pipe.children.agent.restart", "always")
                .with("pipe.children.agent.restart-delay", "10ms");
        service = RelayService.start(settings);
        client = service.client();
        client.session("always");
    }

    private static void child(Settings settings, String name, String restart, String delay) {
        settings.child(name, Children.cat())
                .with("pipe.children." + name + ".restart", restart)
                .with("pipe.children." + name + ".restart-delay", delay);
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private String id() {
        return client.status().path("id").asString();
    }

    /** Ends cat, which then exits with code 0. */
    private void endInput() {
        assertThat(client.post("/pipe/write?eof=true").status()).isEqualTo(200);
    }

    private void kill() {
        assertThat(client.post("/pipe/signal?name=kill").status()).isEqualTo(200);
    }

    private JsonNode awaitOther(String session) {
        await().atMost(DEADLINE).until(() -> !id().equals(session));
        return client.status();
    }

    private Answer awaitHealth(String state) {
        await().atMost(DEADLINE)
                .until(() -> pipe(client.get("/actuator/health"))
                        .path("details")
                        .path("state")
                        .asString()
                        .equals(state));
        return client.get("/actuator/health");
    }

    private static JsonNode pipe(Answer health) {
        return health.json().path("components").path("pipe");
    }

    @Test
    void theChildThatTheServiceStartsWithIsKeptRunning() {
        service.close();
        service = RelayService.start(settings.with("pipe.start", "always"));
        client = service.client();
        String first = id();

        endInput();
        String second = awaitOther(first).path("id").asString();
        assertThat(client.post("/pipe/exchange", "again").text()).isEqualTo("again\n");
        kill();
        awaitOther(second);

        assertThat(client.post("/pipe/exchange", "and again").text()).isEqualTo("and again\n");
        assertThat(client.get("/pipe/read?session=" + first).status())
                .as("only the session that ended last is known")
                .isEqualTo(409);
    }

    @Test
    void theLastWordsOfTheSessionThatEndedCanBeRead() {
        String first = id();
        client.write("last words");
        endInput();
        awaitOther(first);

        assertThat(client.get("/pipe/read?until=x&max=10&session=" + first).text())
                .isEqualTo("last words");
        assertThat(client.get("/pipe?session=" + first).json().path("state").asString())
                .isEqualTo("closed");
        assertThat(client.post("/pipe/write?session=" + first, "x").status()).isEqualTo(409);
    }

    @Test
    void aRestartedSessionKeepsTopologyAndBufferSize() {
        String wanted = "{\"child\":\"agent\",\"topology\":\"shared\",\"bufferSize\":8192}";
        JsonNode first = client.postJson("/pipe?replace=true", wanted).json();
        kill();

        JsonNode next = awaitOther(first.path("id").asString());

        assertThat(next.path("topology").asString()).isEqualTo("shared");
        assertThat(next.path("pipe").path("bufferSize"))
                .isEqualTo(first.path("pipe").path("bufferSize"));
        assertThat(client.post("/pipe/exchange?timeout=30s", "hello").text()).isEqualTo("hello\n");
    }

    @Test
    void onFailureIsNotForAnExitInOrder() {
        String first = client.session("on-failure").path("id").asString();
        kill();
        String second = awaitOther(first).path("id").asString();

        endInput();

        JsonNode health = pipe(awaitHealth("exited"));
        assertThat(health.path("status").asString()).isEqualTo("UP");
        assertThat(health.path("details").path("restarts").asInt()).isEqualTo(1);
        assertThat(id()).isEqualTo(second);
    }

    @Test
    void neverIsNever() {
        String id = client.session("never").path("id").asString();
        kill();

        assertThat(pipe(awaitHealth("exited")).path("status").asString()).isEqualTo("UP");
        assertThat(id()).isEqualTo(id);
    }

    @Test
    void whoeverObservesIsToldOfTheEndAndOfWhatFollows() throws IOException {
        String first = id();
        try (EventSource all = client.events("");
                EventSource one = client.events("?session=" + first)) {
            endInput();
            String second = awaitOther(first).path("id").asString();
            client.write("news");

            for (EventSource each : new EventSource[] {all, one}) {
                assertThat(each.next().name()).isEqualTo("exit");
                Event restarted = each.next();
                assertThat(restarted.name()).isEqualTo("restarted");
                assertThat(restarted.data().path("session").asString()).isEqualTo(second);
                assertThat(restarted.data().path("previous").asString()).isEqualTo(first);
                assertThat(restarted.id()).isEqualTo(first + ":restarted");
            }
            assertThat(all.next().text()).isEqualTo("news");
            assertThat(one.rest()).isEmpty();
            client.delete("/pipe");
            assertThat(all.rest()).extracting(Event::name).containsExactly("exit");
        }
    }

    @Test
    void whoeverReconnectsAfterTheRestartIsToldOfItOnce() throws IOException {
        String first = id();
        endInput();
        String second = awaitOther(first).path("id").asString();
        try (EventSource again = client.events("?session=" + first, "Last-Event-ID", first + ":exit")) {
            Event restarted = again.next();
            assertThat(restarted.name()).isEqualTo("restarted");
            assertThat(restarted.data().path("session").asString()).isEqualTo(second);
            assertThat(again.rest()).isEmpty();
            assertThat(client.get("/pipe/events?session=" + first, "Last-Event-ID", restarted.id())
                            .status())
                    .isEqualTo(204);
        }
    }

    /** A browser does, with the id of the last event that it saw. */
    @Test
    void whoeverReconnectsBeforeTheRestartIsToldOfIt() throws IOException {
        String first = client.session("held").path("id").asString();
        endInput();
        awaitHealth("restarting");
        try (EventSource again = client.events("", "Last-Event-ID", first + ":exit")) {
            client.delete("/pipe");
            assertThat(again.rest()).isEmpty();
        }
        assertThat(client.session("held").path("id").asString()).isNotEqualTo(first);
    }

    @Test
    void aSessionThatIsEndedDuringTheHoldOffIsNotFollowed() throws IOException {
        String first = client.session("held").path("id").asString();
        endInput();
        Answer health = awaitHealth("restarting");
        assertThat(health.status()).isEqualTo(503);
        assertThat(pipe(health).path("status").asString()).isEqualTo("OUT_OF_SERVICE");
        assertThat(pipe(health)
                        .path("details")
                        .path("lastExit")
                        .path("exitCode")
                        .asInt())
                .isZero();
        assertThat(client.status().path("state").asString()).isEqualTo("exited");
        assertThat(client.postJson("/pipe", "{\"child\":\"never\"}").status()).isEqualTo(409);
        try (EventSource events = client.events("")) {
            assertThat(events.next().name()).isEqualTo("exit");

            assertThat(client.delete("/pipe").json().path("id").asString()).isEqualTo(first);

            assertThat(events.rest()).isEmpty();
        }
        assertThat(client.get("/pipe").status()).isEqualTo(404);
        assertThat(awaitHealth("none").status()).isEqualTo(200);
    }

    @Test
    void aSessionThatIsReplacedDuringTheHoldOffIsNotFollowed() {
        client.session("held");
        endInput();
        awaitHealth("restarting");

        Answer replaced = client.postJson("/pipe?replace=true", "{\"child\":\"never\"}");

        assertThat(replaced.status()).isEqualTo(201);
        assertThat(awaitHealth("running").status()).isEqualTo(200);
        assertThat(id()).isEqualTo(replaced.json().path("id").asString());
    }

    @Test
    void theServiceEndsDuringTheHoldOffAtOnce() {
        client.session("held");
        endInput();
        awaitHealth("restarting");

        assertThat(CompletableFuture.runAsync(service::close)).succeedsWithin(Duration.ofSeconds(30));
    }

    @Test
    void aChildThatCrashesTooOftenInARowStaysEndedUntilItIsWantedAgain() {
        client.session("crash");

        Answer health = awaitHealth("given-up");
        assertThat(health.status()).isEqualTo(503);
        assertThat(pipe(health).path("status").asString()).isEqualTo("DOWN");
        assertThat(pipe(health).path("details").path("restarts").asInt()).isEqualTo(3);
        assertThat(pipe(health)
                        .path("details")
                        .path("lastExit")
                        .path("exitCode")
                        .asInt())
                .isEqualTo(3);
        assertThat(client.get("/pipe/read").text()).isEqualTo("bye\n");

        client.session("crash");

        await().atMost(DEADLINE)
                .until(() -> pipe(awaitHealth("given-up"))
                                .path("details")
                                .path("restarts")
                                .asInt()
                        == 6);
    }

    /** It removes itself. */
    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a file that is in use cannot be removed there")
    void aChildThatCannotBeLaunchedAnyMoreIsTriedAgainUpToTheLimit(@TempDir Path folder) throws IOException {
        String script = "#!/bin/sh\nrm \"$0\"\necho gone\nexit 1\n";
        Path program = Files.writeString(folder.resolve("program"), script);
        assertThat(program.toFile().setExecutable(true)).isTrue();
        settings.child("gone", program.toString())
                .with("pipe.children.gone.restart", "on-failure")
                .with("pipe.children.gone.restart-delay", "1ms")
                .with("pipe.children.gone.restart-limit", "3")
                .with("pipe.start", "gone");
        service.close();
        service = RelayService.start(settings);
        client = service.client();

        assertThat(pipe(awaitHealth("given-up")).at("/details/restarts").asInt())
                .isZero();

        assertThat(client.get("/pipe/read").text()).isEqualTo("gone\n");
        assertThat(client.delete("/pipe").status()).isEqualTo(200);
        assertThat(awaitHealth("none").status()).as("there should be one").isEqualTo(503);
    }

    @Test
    void aChildThatAClientEndsIsNotSaidToHaveCrashedTooOften(CapturedOutput output) {
        String first = client.session("once").path("id").asString();
        kill();
        awaitOther(first);

        client.delete("/pipe");

        String next = client.session("always").path("id").asString();
        kill();
        awaitOther(next); // One thread restarts all, in order.
        assertThat(output).doesNotContain("not restarted any more");
    }

    /** Whatever comes first, no session follows one that a client has ended. */
    @Test
    void whoeverEndsTheCurrentSessionIsNotSurprisedByAnother() {
        for (int round = 0; round < 50; round++) {
            client.session("always");
            kill();
            String ended = client.delete("/pipe").json().path("id").asString();

            assertThat(ended).isNotEmpty();
            assertThat(client.get("/pipe").status()).isEqualTo(404);
            assertThat(pipe(client.get("/actuator/health"))
                            .path("details")
                            .path("state")
                            .asString())
                    .isEqualTo("none");
        }
    }
}
