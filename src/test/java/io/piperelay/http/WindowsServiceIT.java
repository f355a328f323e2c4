package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.Wine;
import io.piperelay.child.MisbehavingChild;
import io.piperelay.http.support.Answer;
import io.piperelay.http.support.EventSource;
import io.piperelay.http.support.EventSource.Event;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayProcess;
import io.piperelay.http.support.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * The executable jar on Windows, with children of all kinds. System properties name it and two native children: {@code
 * test.service-jar}, {@code test.original-child}, and {@code test.native-child}, which counts handles.
 */
@EnabledOnOs(OS.WINDOWS)
@EnabledIfSystemProperty(named = "test.service-jar", matches = ".+")
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class WindowsServiceIT {

    private static final int ROUNDS = 100;
    private static final int WARM_UP = 20;
    private static final int CYCLES = 100;

    /** Connections and threads come and go; a leak shows as at least one handle for each cycle. */
    private static final int NOISE = 20;

    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Duration DEATH = Duration.ofSeconds(2);

    /** How long a child has that is asked to end, including one second for the machine. */
    private static final Duration STOP = Duration.ofSeconds(3);

    @TempDir
    private static Path folder;

    private static RelayProcess service;
    private static RelayClient client;

    @BeforeAll
    static void start() throws IOException {
        service = launch(settings());
        client = service.client();
    }

    private static RelayProcess launch(Settings settings) {
        return RelayProcess.with(settings)
                .jar(Path.of(System.getProperty("test.service-jar")))
                .jvm("-XX:+UseSerialGC", "-XX:-PrintWarnings")
                .start();
    }

    private static Settings settings() throws IOException {
        Path noProgram = Files.writeString(folder.resolve("notes.exe"), "echo off\r\n");
        Path batch = Files.writeString(folder.resolve("show.cmd"), "echo off\r\n");
        return Settings.ordinary()
                .child("original", System.getProperty("test.original-child"))
                .child("crash", System.getProperty("test.native-child"), "crash")
                .child("missing", folder.resolve("missing.exe").toString())
                .child("no-program", noProgram.toString())
                .child("batch", batch.toString(), "a \n calc.exe")
                .child("nowhere", "no-such-program-anywhere")
                .misbehaving("exit", "exit", "5")
                .misbehaving("random", "random", "7", "300000", "4")
                .misbehaving("silent", "silent")
                .misbehaving("leave-grandchild", "leave-grandchild")
                .misbehaving("keep-grandchild", "keep-grandchild");
    }

    @AfterEach
    void endSession() {
        client.delete("/pipe?grace=0s");
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @ParameterizedTest
    @CsvSource({"bingo,duplex", "bingo,shared", "original,duplex"})
    void theOriginalConversationIsHeldAHundredTimes(String child, String topology) {
        if (topology.equals("shared")) {
            client.sharedSession(child);
        } else {
            client.session(child);
        }
        for (int i = 0; i < ROUNDS; i++) {
            converse();
        }
    }

    private static void converse() {
        assertThat(client.post("/pipe/write?append=nul", "Bingo hen shuai").status())
                .isEqualTo(200);
        assertThat(client.read(11)).asString().isEqualTo("Bingo Bingo");
    }

    @Test
    void binaryBytesComeBackAsTheyWere() {
        byte[] sent = new byte[200_000];
        new Random(1).nextBytes(sent);
        client.session("agent");
        client.post("/pipe/write?eof=true", sent);

        assertThat(client.readToEnd()).isEqualTo(sent);
    }

    @Test
    void whatOneStreamsAnotherObserves() throws IOException {
        byte[] sent = "two\nlines\n".getBytes(StandardCharsets.US_ASCII);
        client.session("agent");
        try (EventSource events = client.events("");
                InputStream stream = client.open("/pipe/stream").body()) {
            client.write(sent);
            assertThat(stream.readNBytes(sent.length)).isEqualTo(sent);
            client.post("/pipe/write?eof=true");
            assertThat(stream.readAllBytes()).isEmpty();

            var observed = new ByteArrayOutputStream();
            Event event = events.next();
            for (; !event.name().equals("exit"); event = events.next()) {
                if (event.name().equals("output")) {
                    observed.writeBytes(event.data().path("data").asString().getBytes(StandardCharsets.UTF_8));
                }
            }
            assertThat(observed.toByteArray()).isEqualTo(sent);
            assertThat(event.data().path("exitCode").asInt(-1)).isZero();
        }
    }

    @Test
    void aMessageToAChildThatExitsWithoutReadingIsRefused() {
        client.session("exit");
        for (byte[] body : List.of(new byte[3 * 1024 * 1024], new byte[4])) {
            JsonNode problem = problem(client.post("/pipe/write", body), 409, "child-exited");
            assertThat(problem.path("exitCode").asInt()).isEqualTo(5);
        }
        assertThat(exitCode()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofAChildThatWritesAndExitsAtOnceNothingIsLost(boolean readsLater) {
        client.session("random");
        if (readsLater) {
            client.awaitExit(DEADLINE);
        }
        assertThat(client.readToEnd()).isEqualTo(MisbehavingChild.randomBytes(7, 300_000));
        problem(client.get("/pipe/read?timeout=10s"), 410, "end-of-output");
        assertThat(exitCode()).isEqualTo(4);
    }

    @Test
    void aGrandchildThatHoldsThePipeDelaysNothingAndEndsWithTheSession() {
        client.session("leave-grandchild");
        long grandchild = Long.parseLong(
                client.get("/pipe/read?until=lf&timeout=20s").text().strip());
        client.awaitExit(Duration.ofSeconds(5));
        assertThat(exitCode()).isZero();
        long start = System.nanoTime();
        problem(client.get("/pipe/read?timeout=20s"), 410, "end-of-output");
        assertThat(since(start)).isLessThan(Duration.ofSeconds(5));
        assertThat(isRunning(grandchild)).isTrue();

        start = System.nanoTime();
        assertThat(client.delete("/pipe").status()).isEqualTo(200);

        assertThat(since(start)).isLessThan(STOP);
        await().atMost(DEATH).until(() -> !isRunning(grandchild));
    }

    /** ERROR_FILE_NOT_FOUND, ERROR_BAD_EXE_FORMAT; and ERROR_BAD_ARGUMENTS of one that could become a command. */
    @ParameterizedTest
    @CsvSource({"missing,2", "nowhere,2", "no-program,193", "batch,160"})
    void aLaunchThatFailsSaysWhy(String child, int code) {
        JsonNode problem = failToLaunch(child, code);

        assertThat(problem.path("detail").asString().contains("Give the full path"))
                .isEqualTo(code == 2);
    }

    private static JsonNode failToLaunch(String child, int code) {
        Answer answer = client.postJson("/pipe", "{\"child\":\"" + child + "\"}");
        JsonNode problem = problem(answer, 500, "child-launch-failed");
        JsonNode error = problem.path("osError");
        assertThat(error.path("code").asInt()).isEqualTo(code);
        assertThat(error.path("operation").asString()).isEqualTo("CreateProcess");
        problem(client.get("/pipe"), 404, "no-session");
        return problem;
    }

    @Test
    void aChildThatNeverReadsFillsThePipeAndEndsInTime() {
        client.session("silent");
        JsonNode problem = problem(client.post("/pipe/write?timeout=1s", new byte[1024 * 1024]), 503, "pipe-full");
        int written = problem.path("written").asInt();
        assertThat(written).isBetween(4096, 1024 * 1024 - 1);
        assertThat(problem.path("next").asInt()).isEqualTo(written);
        assertThat(client.status().path("input").path("offset").asInt()).isEqualTo(written);

        long start = System.nanoTime();
        assertThat(client.delete("/pipe").status()).isEqualTo(200);
        assertThat(since(start)).isLessThan(STOP);
    }

    /** With STATUS_CONTROL_C_EXIT. Where the system does not send CTRL_BREAK, as Wine, the answer has to say so. */
    @Test
    void theAgentEndsWhenAskedEvenIfItCannotSeeTheEndOfItsInput() {
        client.session("agent");
        problem(client.post("/pipe/write?timeout=1s", new byte[3 * 1024 * 1024]), 503, "pipe-full");

        JsonNode closed = client.delete("/pipe?grace=0s").json();

        boolean asked = closed.path("notAsked").isMissingNode() && !Wine.isNewerThan8();
        assertThat(closed.path("stoppedBy").asString()).isEqualTo(asked ? "terminate" : "kill");
        assertThat(closed.path("child").path("exitCode").asInt()).isEqualTo(asked ? 0xC000013A : 1);
        assertThat(closed.path("notAsked").asString("")).matches("|GenerateConsoleCtrlEvent failed .*");
    }

    @Test
    void aCrashIsToldInHexadecimalToo() {
        client.session("crash");
        client.awaitExit(DEADLINE);

        JsonNode problem = problem(client.post("/pipe/write", "x"), 409, "child-exited");

        assertThat(problem.path("exitCode").asInt()).isEqualTo(0xC0000005);
        assertThat(problem.path("detail").asString()).contains("0xC0000005");
        assertThat(service.log()).contains("exited with code -1073741819 (0xC0000005)");
    }

    @Test
    void sessionsLeaveNoHandle() throws Exception {
        assertLeavesNoHandle(() -> {
            client.session("original");
            converse();
            client.delete("/pipe");
        });
    }

    @Test
    void launchesThatFailLeaveNoHandle() throws Exception {
        assertLeavesNoHandle(() -> failToLaunch("missing", 2));
    }

    private static void assertLeavesNoHandle(Runnable action) throws Exception {
        for (int i = 0; i < WARM_UP; i++) {
            action.run();
        }
        int before = handles();
        assertThat(before).as("handles of a JVM").isGreaterThan(100);
        for (int i = 0; i < CYCLES; i++) {
            action.run();
        }
        await().atMost(DEADLINE).until(() -> handles() <= before + NOISE);
    }

    /** How many handles the service has open. */
    private static int handles() throws IOException, InterruptedException {
        Process counter = new ProcessBuilder(
                        System.getProperty("test.native-child"), "handles", Long.toString(service.pid()))
                .start();
        String count = new String(counter.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(counter.waitFor()).isZero();
        return Integer.parseInt(count.strip());
    }

    @ParameterizedTest
    @CsvSource({"keep-grandchild,2", "original,1", "agent,1"})
    void theFamilyOfAKilledServiceEndsWithIt(String child, int size) throws IOException {
        try (RelayProcess killed = launch(settings())) {
            killed.client().session(child);
            if (child.equals("keep-grandchild")) {
                killed.client().get("/pipe/read?until=lf&timeout=20s");
            }
            List<ProcessHandle> family = killed.descendants();
            assertThat(family).hasSizeGreaterThanOrEqualTo(size);

            killed.kill();

            await().atMost(DEATH).until(() -> family.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    @Test
    void aTokenIsMadeUpAndAskedForAndNotLogged() throws IOException {
        Path file = folder.resolve("token.txt");
        try (RelayProcess guarded = launch(settings().with("pipe.access.token-file", file.toString()))) {
            String token = Files.readString(file).strip();
            assertThat(token).hasSize(64);
            RelayClient stranger = guarded.client();
            Answer refused = stranger.get("/pipe/children");
            problem(refused, 401, "unauthorized");
            assertThat(refused.header("WWW-Authenticate")).startsWith("Bearer");
            assertThat(stranger.get("/pipe/children", "Authorization", "Bearer " + "x".repeat(64))
                            .status())
                    .isEqualTo(401);
            assertThat(stranger.get("/pipe/children", "Authorization", "Bearer " + token)
                            .status())
                    .isEqualTo(200);
            assertThat(guarded.log()).doesNotContain(token);
        }
    }

    private static JsonNode problem(Answer answer, int status, String name) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.problem()).isEqualTo(name);
        return answer.json();
    }

    private static int exitCode() {
        return client.status().path("child").path("exitCode").asInt(-1);
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static boolean isRunning(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }
}
