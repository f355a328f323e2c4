package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.ProcessStat;
import io.piperelay.child.MisbehavingChild;
import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RawConnection;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import io.piperelay.http.support.Soak;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
import tools.jackson.databind.JsonNode;

/** What children do to their service with descriptors, signals and sessions of their own; see {@link ChildFaultsIT}. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no signals, and no shell for its children")
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class PosixChildFaultsIT {

    private static final int MEBIBYTE = 1024 * 1024;

    /** What the service itself holds of the input, waiting for the pipe. */
    private static final int IN_LINE = 64 * 1024;

    private static final List<String> AWKWARD = List.of(
            "with space",
            "",
            "\"quoted\"",
            "'single'",
            "back\\slash\\",
            "\\\"",
            "*",
            "?",
            "$HOME",
            "`id`",
            "%PATH%",
            "中文",
            "\uD83D\uDE00",
            "-n",
            "--",
            "a=b",
            "tab\there",
            "new\nline");

    /** Writes something more at each SIGUSR1. */
    private static final String CLOSE_STDIN =
            "exec <&-; trap 'echo more' USR1; echo closed; while :; do sleep 0.1; done";

    /** Two grandchildren, the second in a session of its own, and a parent that stays. */
    private static final String FAMILY = "sleep 600 & echo $!; setsid sleep 600 & echo $!; while :; do sleep 1; done";

    /** Enlarges its stdout, writes a file into it, most of which is still there when it exits. */
    private static final String ENLARGE =
            "fcntl(STDOUT, 1031, 1 << 20) or die; open(F, '<:raw', $ARGV[0]); read(F, $s, -s F); syswrite(STDOUT, $s);";

    /** The same, and a grandchild goes on writing as long as it can. */
    private static final String ENLARGE_AND_LEAVE_A_WRITER =
            ENLARGE + "unless (fork) { while (1) { syswrite(STDOUT, 'x'); select(undef, undef, undef, 0.02) } }";

    @TempDir
    static Path folder;

    private static byte[] largeFile;
    private static RelayService service;
    private static RelayClient client;

    @BeforeAll
    static void start() throws IOException {
        largeFile = MisbehavingChild.randomBytes(4, MEBIBYTE);
        Path large = Files.write(folder.resolve("large"), largeFile);
        service = RelayService.start(Settings.ordinary()
                .with("pipe.output.window", "512KB")
                .cat()
                .child("enlarge", "/usr/bin/perl", "-e", ENLARGE, large.toString())
                .child("enlarge-and-leave", "/usr/bin/perl", "-e", ENLARGE_AND_LEAVE_A_WRITER, large.toString())
                .child("segfault", "/bin/sh", "-c", "kill -SEGV $$")
                .child("close-stdin", "/bin/sh", "-c", CLOSE_STDIN)
                .child("family", "/bin/sh", "-c", FAMILY)
                .child("stubborn-family", "/bin/sh", "-c", "trap '' TERM; " + FAMILY)
                .misbehaving("descriptors", "descriptors")
                .misbehaving("environment", "environment")
                .with("pipe.children.environment.inherit-environment", "")
                .with("pipe.children.environment.environment.ONLY", "this one")
                .child("arguments", arguments()));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    /** A shell's own printf, because a JVM decodes its arguments according to the locale. */
    private static List<String> arguments() {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "printf '%s\\0' \"$@\"", "sh"));
        command.addAll(AWKWARD);
        return command;
    }

    private static JsonNode awaitExit() {
        return client.awaitExit(Duration.ofSeconds(30));
    }

    /** More than was in the pipe when the child was launched is in it when the child exits. */
    @Test
    void ofFastExitsThatEnlargedThePipeNoByteIsLost() {
        assumeThat(Path.of("/usr/bin/perl")).isExecutable();
        int exits = Soak.count(100, 2_500);
        for (int i = 0; i < exits; i++) {
            client.session("enlarge");
            var read = new ByteArrayOutputStream();
            Answer answer = client.get("/pipe/read?max=524288&timeout=30s");
            for (; answer.status() == 200; answer = client.get("/pipe/read?max=524288&timeout=30s")) {
                read.writeBytes(answer.body());
            }
            assertThat(Arrays.mismatch(largeFile, read.toByteArray()))
                    .as("exit " + i)
                    .isEqualTo(-1);
        }
    }

    @Test
    void whatIsInAnEnlargedPipeWaitsForAReaderThatTakesItsTime() throws Exception {
        assumeThat(Path.of("/usr/bin/perl")).isExecutable();
        for (int i = 0; i < 2; i++) {
            client.session("enlarge");
            awaitExit();
            var read = new ByteArrayOutputStream();
            for (int part = 0; part < 3; part++) {
                Thread.sleep(300); // The time that a reader takes.
                read.writeBytes(client.read(200_000));
            }
            read.writeBytes(client.readToEnd());

            assertThat(Arrays.mismatch(largeFile, read.toByteArray()))
                    .as("exit " + i)
                    .isEqualTo(-1);
        }
    }

    @Test
    void aGrandchildThatWritesOnTakesNothingAwayFromWhatWasInAnEnlargedPipe() {
        assumeThat(Path.of("/usr/bin/perl")).isExecutable();
        for (int i = 0; i < 5; i++) {
            client.session("enlarge-and-leave");
            awaitExit();

            byte[] read = client.readToEnd();

            assertThat(Arrays.mismatch(largeFile, read)).isEqualTo(largeFile.length);
            assertThat(read.length).isLessThan(largeFile.length + IN_LINE);
        }
    }

    @Test
    void aChildThatClosesItsInputCanStillBeRead() throws Exception {
        long pid = client.session("close-stdin").path("child").path("pid").asLong();
        assertThat(client.read(7)).asString().isEqualTo("closed\n");

        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            Answer answer = client.post("/pipe/write", "x");
            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.problem()).isEqualTo("input-closed");
        });

        assertThat(client.status().path("state").asString()).isEqualTo("running");
        assertThat(client.status().path("input").path("open").asBoolean(true)).isFalse();
        assertThat(client.get("/pipe/read?timeout=100ms").status()).isEqualTo(204);
        signal("USR1", pid);
        assertThat(client.get("/pipe/read?until=lf&timeout=30s").text()).isEqualTo("more\n");
    }

    private static void signal(String name, long pid) throws IOException, InterruptedException {
        int code = new ProcessBuilder("/bin/kill", "-" + name, Long.toString(pid))
                .inheritIO()
                .start()
                .waitFor();
        assertThat(code).isZero();
    }

    @Test
    void aChildThatIsStoppedBySignalIsNoReasonToHang() throws Exception {
        long pid = client.session("cat").path("child").path("pid").asLong();
        signal("STOP", pid);

        Answer write = client.post("/pipe/write?timeout=500ms", new byte[MEBIBYTE]);

        assertThat(write.problem()).isEqualTo("pipe-full");
        assertThat(client.get("/pipe/read?timeout=100ms").status()).isEqualTo(204);
        Answer closed = client.close(Duration.ofMillis(100));
        assertThat(closed.json().path("stoppedBy").asString()).isEqualTo("kill");
        assertThat(closed.json().path("child").path("signal").asString()).isEqualTo("SIGKILL");
        assertThat(SessionIT.isRunning(pid)).isFalse();
    }

    private static ProcessStat stat(long pid) {
        return ProcessStat.of(pid).orElseThrow();
    }

    @Test
    void aSignalIsTheCauseOfDeath() {
        client.session("segfault");

        JsonNode child = awaitExit().path("child");

        assertThat(child.path("signal").asString()).isEqualTo("SIGSEGV");
        assertThat(child.path("exitCode").asInt()).isEqualTo(139);
    }

    @Test
    void argumentsArriveExactly() {
        client.session("arguments");

        assertThat(zeroTerminated(client.readToEnd())).isEqualTo(AWKWARD);
    }

    @Test
    void theEnvironmentIsWhatIsConfiguredAndNothingElse() {
        client.session("environment");

        assertThat(zeroTerminated(client.readToEnd())).containsExactly("ONLY=this one");
    }

    @Test
    void aChildInheritsThreePipesAndNothingElse() throws IOException {
        try (RawConnection open = client.connect()) {
            open.head("GET /pipe/read?timeout=60s");
            client.session("descriptors");

            assertThat(zeroTerminated(client.readToEnd()))
                    .hasSize(3)
                    .allMatch(descriptor -> descriptor.matches("[012] pipe:.*"));
        }
    }

    private static List<String> zeroTerminated(byte[] bytes) {
        return List.of(new String(bytes, StandardCharsets.UTF_8).split("\0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"family", "stubborn-family"})
    void grandchildrenDieWithTheSessionAlsoThoseWithASessionOfTheirOwn(String child) {
        long parent = client.session(child).path("child").path("pid").asLong();
        long near = Long.parseLong(
                client.get("/pipe/read?until=lf&timeout=30s").text().strip());
        long far = Long.parseLong(
                client.get("/pipe/read?until=lf&timeout=30s").text().strip());
        await().until(() -> stat(far).session() == far);
        assertThat(stat(near).session()).isEqualTo(stat(parent).session()).isNotEqualTo(far);

        Answer closed = client.delete("/pipe?grace=0s");

        assertThat(closed.status()).isEqualTo(200);
        assertThat(closed.json().path("stoppedBy").asString()).isEqualTo(child.equals("family") ? "terminate" : "kill");
        await().atMost(Duration.ofSeconds(2))
                .untilAsserted(() -> assertThat(List.of(parent, near, far)).noneMatch(ProcessStat::isRunning));
    }
}
