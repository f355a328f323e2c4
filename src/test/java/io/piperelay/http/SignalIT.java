package io.piperelay.http;

import static io.piperelay.http.support.Programs.assumeInstalled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /pipe/signal}. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class SignalIT {

    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private static RelayService service;
    private static RelayClient client;

    @BeforeAll
    static void start() {
        service = RelayService.start(Settings.ordinary()
                .cat()
                .sleeping("sleeper")
                .steps("exiting", "exit:7")
                .misbehaving("stubborn", "stubborn")
                .child("deaf", "/bin/sh", "-c", "trap '' INT TERM; echo ready; while :; do sleep 1; done")
                .child("python", List.of("python3", "-u", "-i", "-q"))
                .with("pipe.children.python.environment.PATH", String.valueOf(System.getenv("PATH")))
                .with("pipe.children.python.environment.HOME", System.getProperty("user.home")));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static Answer signal(String name) {
        return client.post("/pipe/signal?name=" + name);
    }

    private static void assertSent(String name, String sentAs) {
        Answer answer = signal(name);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.json().path("signal").asString()).isEqualTo(name);
        assertThat(answer.json().path("sentAs").asString()).isEqualTo(sentAs);
        assertThat(answer.json().path("session").asString())
                .isEqualTo(client.status().path("id").asString())
                .isEqualTo(answer.header("Pipe-Session"));
    }

    private static String exchange(String line) {
        Answer answer = client.post("/pipe/exchange?timeout=30s", line);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.text();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a program is interrupted otherwise there")
    void pythonIsInterruptedInItsSleepAndGoesOn() {
        assumeInstalled("python3");
        client.session("python");
        assertThat(exchange("import time; x = 42; print('ready')")).isEqualTo("ready\n");
        client.write("print('asleep'); time.sleep(600)\n");
        assertThat(client.read(7)).asString().isEqualTo("asleep\n");

        assertSent("interrupt", "SIGINT");

        assertThat(exchange("print(x)")).isEqualTo("42\n");
        await().untilAsserted(() ->
                assertThat(client.get("/pipe/errors?max=100000").text()).contains("KeyboardInterrupt"));
        assertThat(client.status().path("state").asString()).isEqualTo("running");
    }

    @ParameterizedTest
    @CsvSource({"interrupt, SIGINT, 130", "terminate, SIGTERM, 143", "kill, SIGKILL, 137"})
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no signals")
    void aChildThatDoesNotHandleItEndsByItAndItsSessionStays(String name, String sentAs, int exitCode) {
        client.session("sleeper");

        assertSent(name, sentAs);

        assertThat(client.awaitExit(DEADLINE).path("child").path("exitCode").asInt())
                .isEqualTo(exitCode);
        assertThat(client.status().path("child").path("signal").asString()).isEqualTo(sentAs);
        assertThat(client.get("/pipe/read").problem()).isEqualTo("end-of-output");
        assertThat(client.delete("/pipe").json().path("stoppedBy").isNull()).isTrue();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no signals")
    void aChildThatIgnoresItWasSentItAllTheSame() {
        client.session("deaf");
        assertThat(client.read(6)).asString().isEqualTo("ready\n");

        assertSent("interrupt", "SIGINT");
        assertSent("terminate", "SIGTERM");

        assertThat(client.status().path("state").asString()).isEqualTo("running");
        assertSent("kill", "SIGKILL");
        client.awaitExit(DEADLINE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"interrupt", "terminate", "kill"})
    void aChildThatHasExitedIsSentNothing(String name) {
        client.session("exiting");
        client.awaitExit(DEADLINE);

        Answer refused = signal(name);

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.problem()).isEqualTo("child-exited");
        assertThat(refused.json().path("exitCode").asInt()).isEqualTo(7);
    }

    @Test
    void noChildOutlivesAKillAndNoCloseIsHeldUp() {
        client.session("stubborn");
        assertThat(client.read(6)).asString().isEqualTo("ready\n");
        CompletableFuture<Answer> closed = client.deleteLater("/pipe?grace=60s");
        await().until(() ->
                client.status().path("input").path("open").asString().equals("false"));

        assertThat(signal("kill").status()).isEqualTo(200);

        assertThat(closed)
                .succeedsWithin(Duration.ofSeconds(30))
                .returns(200, Answer::status)
                .returns("kill", answer -> answer.json().path("stoppedBy").asString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?name=", "?name=hup", "?name=INTERRUPT", "?name=SIGINT", "?name=9"})
    void aNameThatIsNoneOfThemIsRefused(String query) {
        client.session("cat");

        Answer refused = client.post("/pipe/signal" + query);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.problem()).isEqualTo("invalid-parameter");
        assertThat(refused.json().path("parameter").asString()).isEqualTo("name");
        assertThat(client.post("/pipe/exchange", "still here").text()).isEqualTo("still here\n");
    }

    @Test
    void withoutASessionThereIsNobodyToSignal() {
        client.delete("/pipe?grace=0s");

        assertThat(signal("kill").problem()).isEqualTo("no-session");
    }
}
