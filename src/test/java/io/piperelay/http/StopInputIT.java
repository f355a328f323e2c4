package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The {@code stop-input} of a profile: what a child is told before its input ends. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class StopInputIT {

    private static final Duration GRACE = Duration.ofMillis(500);

    private static RelayService service;
    private static RelayClient client;

    @BeforeAll
    static void start() {
        service = RelayService.start(Settings.ordinary()
                .steps("obedient", "reply:0", "exit:5")
                .with("pipe.children.obedient.stop-input", "quit, é\n")
                .with("pipe.children.obedient.stop-grace", "60s")
                .child("turns", "{agent}")
                .with("pipe.children.turns.stop-input", "quit\n")
                .sleeping("sleeper")
                .with("pipe.children.sleeper.stop-input", "quit\n")
                .misbehaving("silent", "silent")
                .with("pipe.children.silent.stop-input", "x".repeat(4096))
                .misbehaving("flood", "flood")
                .with("pipe.children.flood.stop-input", "quit\n"));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    /** What the child had written by its end. */
    private static String outputOf(String session) {
        return client.get("/pipe/read?session=" + session).text();
    }

    @Test
    void aChildIsToldBehindWhatClientsWrote() {
        String session = client.session("obedient").path("id").asString();
        client.write("one\ntwo\n");

        Answer closed = client.delete("/pipe?grace=60s");

        assertThat(closed.json().path("stoppedBy").asString()).isEqualTo("end-of-input");
        assertThat(closed.json().path("child").path("exitCode").asInt()).isEqualTo(5);
        assertThat(closed.json().path("input").path("offset").asInt())
                .as("it is no client's")
                .isEqualTo(8);
        assertThat(outputOf(session)).isEqualTo("one\ntwo\nquit, é\n");
    }

    @Test
    void aReplacementTellsIt() {
        String session = client.session("obedient").path("id").asString();

        assertThat(client.post("/pipe?replace=true").status()).isEqualTo(201);

        assertThat(outputOf(session)).isEqualTo("quit, é\n");
    }

    @Test
    void aChildWhoseInputHasEndedIsToldNothing() {
        String session = client.session("obedient").path("id").asString();
        assertThat(client.post("/pipe/write?eof=true", "last\n").status()).isEqualTo(200);

        client.delete("/pipe?grace=60s");

        assertThat(outputOf(session)).isEqualTo("last\n");
    }

    @Test
    void aChildIsToldOnASharedPipe() {
        String session = client.sharedSession("turns").path("id").asString();
        client.write("hello");
        assertThat(client.read(5)).asString().isEqualTo("hello");

        assertThat(client.delete("/pipe?grace=60s").json().path("stoppedBy").asString())
                .isEqualTo("end-of-input");

        assertThat(outputOf(session)).isEqualTo("quit\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sleeper", "silent", "flood"})
    void aChildThatDoesNotReadHoldsNoCloseUp(String child) {
        client.session(child);
        assertThat(client.post("/pipe/write?timeout=100ms", new byte[1024 * 1024])
                        .problem())
                .isEqualTo("pipe-full");

        Answer closed = client.close(GRACE);

        assertThat(closed.json().path("stoppedBy").asString()).isIn("terminate", "kill");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no shell to write the file")
    void theEndOfTheServiceTellsIt(@TempDir Path folder) {
        Path heard = folder.resolve("heard");
        try (var ending = RelayService.start(Settings.ordinary()
                .child("listener", "/bin/sh", "-c", "exec cat > '" + heard + "'")
                .with("pipe.children.listener.stop-input", "good night\n"))) {
            ending.client().session("listener");
            ending.client().write("good evening\n");
        }

        assertThat(heard).hasContent("good evening\ngood night\n");
    }
}
