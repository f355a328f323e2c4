package io.piperelay.http;

import static io.piperelay.http.support.Programs.assumeInstalled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import tools.jackson.databind.JsonNode;

/** What the service says of children that do not answer. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class DiagnosisIT {

    /** For what is due two seconds after its cause. */
    private static final Duration DIAGNOSED = Duration.ofSeconds(60);

    private static RelayService service;
    private static RelayClient client;

    @BeforeAll
    static void start() {
        service = RelayService.start(Settings.ordinary()
                .cat()
                .sleeping("sleeper")
                .misbehaving("flood", "flood")
                .child("buffering", "grep", "")
                .child("flushing", "stdbuf", "-oL", "grep", "")
                .child("line-reader", "sh", "-c", "read line; echo $line; read more")
                .child("busy", "sh", "-c", "read line; while :; do :; done"));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static String diagnosis() {
        return client.status().path("diagnosis").path("code").asString("none");
    }

    private static void awaitDiagnosis(String code) {
        await().atMost(DIAGNOSED).untilAsserted(() -> assertThat(diagnosis()).isEqualTo(code));
    }

    private static void awaitInputTaken() {
        await().atMost(DIAGNOSED)
                .until(() -> client.status().path("input").path("pending").asInt(-1) == 0);
    }

    private static JsonNode diagnosisOf(Answer answer) {
        assertThat(answer.problem()).isEqualTo("reply-timeout");
        return answer.json().path("diagnosis");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aProgramThatBuffersItsOutputIsSilent() {
        assumeInstalled("stdbuf");
        client.session("buffering");

        JsonNode diagnosis = diagnosisOf(client.post("/pipe/exchange?timeout=5s", "hello"));

        assertThat(diagnosis.path("code").asString()).isEqualTo("output-silent");
        assertThat(diagnosis.path("detail").asString()).contains("stdbuf -oL", "eof=true", "ttyd");
        awaitDiagnosis("output-silent");
        JsonNode status = client.status();
        assertThat(status.path("input").path("pending").asInt(-1)).isZero();
        assertThat(status.path("input").path("pendingSince").isNull()).isTrue();
        assertThat(status.path("child").path("processState").asString()).isIn("awaiting-input", "sleeping");
        assertThat(client.get("/pipe", "Accept-Language", "zh-CN, en;q=0.5")
                        .json()
                        .path("diagnosis")
                        .path("detail")
                        .asString())
                .contains("stdbuf -oL", "缓冲区");

        client.session("flushing");
        assertThat(client.post("/pipe/exchange?timeout=30s", "hello").text()).isEqualTo("hello\n");
        assertThat(diagnosis()).isEqualTo("none");
    }

    @Test
    void aChildThatDoesNotReadLeavesItsInputInThePipe() {
        client.session("sleeper");
        assertThat(diagnosis()).isEqualTo("none");
        Instant before = Instant.now().minusMillis(100);
        client.write("hello");
        Instant after = Instant.now().plusMillis(100);

        JsonNode input = client.status().path("input");
        if (OS.LINUX.isCurrentOs()) {
            assertThat(input.path("pending").asInt()).isEqualTo(5);
            assertThat(Instant.parse(input.path("pendingSince").asString())).isBetween(before, after);
            awaitDiagnosis("input-untaken");
        } else {
            assertThat(input.path("pending").isNull()).isTrue();
        }

        client.post("/pipe/write?timeout=100ms", new byte[300_000]);
        awaitDiagnosis("input-untaken");
    }

    @Test
    void aChildWhoseOutputNobodyReadsWaits() {
        client.session("flood");

        awaitDiagnosis("output-unread");

        client.get("/pipe/read?max=1000000");
        assertThat(client.status().path("output").path("silentSince").isNull()).isFalse();
    }

    @Test
    void aReplyWithoutItsEndIsUnfinished() {
        client.session("cat");

        JsonNode diagnosis = diagnosisOf(client.post("/pipe/exchange?append=nul&timeout=5s", "hello"));

        assertThat(diagnosis.path("code").asString()).isEqualTo("reply-unfinished");
        assertThat(client.read(6)).asString().isEqualTo("hello\0");
        assertThat(diagnosis()).isEqualTo("none");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aLineReaderWaitsForTheLineFeed() {
        client.session("line-reader");
        client.write("hello");

        awaitDiagnosis("input-unterminated");

        assertThat(client.post("/pipe/exchange?timeout=30s", "").text()).isEqualTo("hello\n");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aChildThatComputesIsBusy() {
        client.session("busy");
        client.write("go\n");

        awaitDiagnosis("child-busy");

        assertThat(client.status().path("child").path("processState").asString())
                .isEqualTo("running");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no signals")
    void aChildThatIsStoppedSaysSoAndGoesOn() throws Exception {
        long pid = client.session("cat").path("child").path("pid").asLong();
        signal("STOP", pid);
        await().until(() ->
                client.status().path("child").path("processState").asString().equals("stopped"));

        Answer late = client.post("/pipe/exchange?offset=0&timeout=0s", "hello");

        assertThat(diagnosisOf(late).path("code").asString()).isEqualTo("child-stopped");
        assertThat(diagnosis()).isEqualTo("child-stopped");
        signal("CONT", pid);
        assertThat(client.post("/pipe/exchange?offset=0&timeout=30s", "hello").text())
                .isEqualTo("hello\n");
        awaitInputTaken();
        assertThat(diagnosis()).isEqualTo("none");
    }

    private static void signal(String name, long pid) throws IOException, InterruptedException {
        int code = new ProcessBuilder("/bin/kill", "-" + name, Long.toString(pid))
                .inheritIO()
                .start()
                .waitFor();
        assertThat(code).isZero();
    }

    @Test
    void anEndIsNoSilence() {
        client.session("cat");
        client.post("/pipe/write?eof=true", "bye");
        assertThat(client.readToEnd()).asString().isEqualTo("bye");

        JsonNode status = client.awaitExit(DIAGNOSED);

        assertThat(status.path("diagnosis").isNull()).isTrue();
        assertThat(status.path("output").path("silentSince").isNull()).isTrue();
        assertThat(status.path("child").path("processState").isNull()).isTrue();
        assertThat(status.path("input").path("pendingSince").isNull()).isTrue();
    }
}
