package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.http.support.Answer;
import io.piperelay.http.support.EventSource;
import io.piperelay.http.support.RawConnection;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayProcess;
import io.piperelay.http.support.Settings;
import io.piperelay.http.support.Soak;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Nothing piles up in a service that runs for long. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it counts descriptors in /proc")
@Timeout(value = 3600, threadMode = ThreadMode.SEPARATE_THREAD)
class LeakIT {

    /**
     * Threads that the JVM starts and ends at will: those of garbage collectors, compilers and tools. All others count.
     */
    private static final Pattern THREADS_OF_THE_JVM = Pattern.compile("(GC|G1|C1|C2|VM|Attach|Sweeper) ?.*");

    /** A session's threads are named after it. */
    private static final Pattern THREAD_OF_A_SESSION = Pattern.compile("pipe-[0-9a-f]{8}.*");

    /** Idle threads that process launches and virtual threads leave behind end after 60 s at the latest. */
    private static final Duration SETTLES = Duration.ofSeconds(90);

    @TempDir
    static Path folder;

    private static RelayProcess service;
    private static RelayClient client;

    @BeforeAll
    static void start() throws IOException {
        Path plain = Files.writeString(folder.resolve("plain"), "no program");
        Path garbage = Files.write(folder.resolve("garbage"), new byte[] {0x7f, 'E', 'L', 'F', 1, 2, 3});
        Files.setPosixFilePermissions(garbage, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path orphan = Files.writeString(folder.resolve("orphan"), "#!/nonexistent/interpreter\n");
        Files.setPosixFilePermissions(orphan, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path fromWindows = Files.writeString(folder.resolve("from-windows"), "#!/bin/sh\r\necho hello\r\n");
        Files.setPosixFilePermissions(fromWindows, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        service = RelayProcess.with(Settings.ordinary()
                        .child("cat", "/bin/cat")
                        .child("missing", folder.resolve("missing").toString())
                        .child("unknown", "no-such-program-anywhere")
                        .child("plain", plain.toString())
                        .child("garbage", garbage.toString())
                        .child("orphan", orphan.toString())
                        .child("from-windows", fromWindows.toString())
                        .child("folder", folder.toString())
                        .child(
                                "missing-jar",
                                "java",
                                "-jar",
                                folder.resolve("missing.jar").toString())
                        .child("crashing", "/bin/sh", "-c", "echo once more; exit 3")
                        .with("pipe.children.crashing.restart", "on-failure")
                        .with("pipe.children.crashing.restart-delay", "1ms")
                        .with("pipe.children.crashing.restart-delay-max", "10ms")
                        .with("pipe.children.crashing.restart-limit", "999999")
                        .with("management.endpoint.health.show-details", "always")
                        .child("elsewhere", "/bin/cat")
                        .with(
                                "pipe.children.elsewhere.working-directory",
                                folder.resolve("nowhere").toString())
                        .child("in-a-file", "/bin/cat")
                        .with("pipe.children.in-a-file.working-directory", plain.toString()))
                .jvm("-Djava.io.tmpdir=" + temporary, "-XX:CICompilerCount=1", "-XX:+UseSerialGC")
                .start();
        client = service.client();
        // Until everything has been loaded, opened or started that then stays.
        for (int i = 0; i < 300; i++) {
            cycle(i);
            client.postJson("/pipe", "{\"child\":\"missing\"}");
        }
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private record Usage(List<String> descriptors, Map<String, Long> threads, long children, long files) {

        static Usage now() {
            try (Stream<Path> files = Files.walk(folder.resolve("tmp"))) {
                return new Usage(service.openFiles(), threads(service), service.children(), files.count());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        /** How many there are of each name. */
        private static Map<String, Long> threads(RelayProcess process) {
            return process.threadNames().stream()
                    .filter(name -> !THREADS_OF_THE_JVM.matcher(name).matches())
                    .map(name -> THREAD_OF_A_SESSION.matcher(name).matches() ? "of a session" : name)
                    .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()));
        }

        void assertNotExceeded() {
            await().atMost(SETTLES).untilAsserted(() -> {
                Usage now = now();
                assertThat(now.descriptors())
                        .as("descriptors, before " + descriptors)
                        .hasSizeLessThanOrEqualTo(descriptors.size());
                assertThat(now.threads())
                        .as("threads, before " + threads)
                        .allSatisfy((name, count) ->
                                assertThat(count).as(name).isLessThanOrEqualTo(threads.getOrDefault(name, 0L)));
                assertThat(now.children()).as("children, zombies included").isLessThanOrEqualTo(children);
                assertThat(now.files()).as("temporary files").isEqualTo(files);
            });
        }
    }

    @ParameterizedTest
    @CsvSource({
        "missing, execve, 2, No such file or directory",
        "unknown, execve, 2, No such file or directory",
        "plain, execve, 13, Permission denied",
        "folder, execve, 13, Permission denied",
        "orphan, execve, 2, No such file or directory",
        "from-windows, execve, 2, No such file or directory",
        "garbage, execve, 8, Exec format error",
        "elsewhere, chdir, 2, No such file or directory",
        "in-a-file, chdir, 20, Not a directory"
    })
    void failedLaunchesLeaveNothing(String child, String operation, int errno, String message) {
        int times = Soak.count(20, 1_000);
        Usage before = Usage.now();

        for (int i = 0; i < times; i++) {
            Answer answer = client.postJson("/pipe", "{\"child\":\"" + child + "\"}");
            assertThat(answer.status()).as(answer.toString()).isEqualTo(500);
            assertThat(answer.problem()).isEqualTo("child-launch-failed");
            JsonNode osError = answer.json().path("osError");
            assertThat(osError.path("operation").asString()).isEqualTo(operation);
            assertThat(osError.path("code").asInt()).isEqualTo(errno);
            assertThat(osError.path("message").asString()).isEqualTo(message);
            assertThat(answer.text()).doesNotContain(folder.toString());
            assertThat(client.get("/pipe").status()).isEqualTo(404);
        }

        before.assertNotExceeded();
    }

    @Test
    void aMissingJarShowsInTheExitCodeAndOnStderrAndLeavesNothing() {
        int times = Soak.count(5, 200);
        Usage before = Usage.now();

        for (int i = 0; i < times; i++) {
            client.session("missing-jar");
            assertThat(awaitExitCode()).isEqualTo(1);
            assertThat(errorsToTheEnd()).contains("Unable to access jarfile");
            assertThat(client.delete("/pipe").status()).isEqualTo(200);
        }

        before.assertNotExceeded();
    }

    private static int awaitExitCode() {
        return client.awaitExit(Duration.ofSeconds(30))
                .path("child")
                .path("exitCode")
                .asInt();
    }

    private static String errorsToTheEnd() {
        await().pollInterval(Duration.ofMillis(10))
                .until(() -> client.status().path("errors").path("eof").asBoolean());
        return client.get("/pipe/errors").text();
    }

    @Test
    void sessionsLeaveNothing() {
        int cycles = Soak.count(200, 10_000);
        Usage before = Usage.now();

        for (int i = 0; i < cycles; i++) {
            cycle(i);
        }

        before.assertNotExceeded();
    }

    /** An observer sees each of them. */
    @Test
    void crashesAndRestartsLeaveNothing() throws IOException {
        crash(20);
        Usage before = Usage.now();

        crash(Soak.count(100, 5_000));

        before.assertNotExceeded();
    }

    private static void crash(int times) throws IOException {
        int enough = restarts() + times;
        client.session("crashing");
        try {
            while (restarts() < enough) {
                watch(enough);
            }
        } finally {
            client.delete("/pipe");
        }
    }

    /** Until there have been enough restarts, or the observer was slower than two of them, and would have to reconnect. */
    private static void watch(int enough) throws IOException {
        try (EventSource events = client.events("")) {
            while (restarts() < enough) {
                events.next();
            }
        } catch (EOFException e) {
            // Its sessions are over.
        }
    }

    private static int restarts() {
        return client.get("/actuator/health")
                .json()
                .at("/components/pipe/details/restarts")
                .asInt();
    }

    @Test
    void observersAndStreamsThatComeAndGoLeaveNothing() throws IOException {
        int times = Soak.count(100, 5_000);
        client.session("cat");
        watchAndGo(50);
        client.delete("/pipe");
        Usage before = Usage.now();

        client.session("cat");
        watchAndGo(times);

        assertThat(client.post("/pipe/exchange", "still there").text()).isEqualTo("still there\n");
        client.delete("/pipe");
        before.assertNotExceeded();
    }

    /** Some disconnect before anything happens, some once they have seen something; some close, some die. */
    private static void watchAndGo(int times) throws IOException {
        for (int i = 0; i < times; i++) {
            String target = i % 2 == 0 ? "/pipe/events" : "/pipe/stream";
            RawConnection watcher = client.connect().head("GET " + target);
            assertThat(watcher.answerHead().status()).isEqualTo(200);
            if (i % 3 == 0) {
                client.write("x");
                awaitLetter(watcher);
            }
            if (i % 5 == 0) {
                watcher.reset();
            } else {
                watcher.close();
            }
            // The service notices within a second that a watcher has disconnected, and admits 128.
            if (i % 50 == 49) {
                client.get("/pipe/read?timeout=1500ms&until=nul");
            }
        }
        await().until(() -> client.get("/pipe/read?timeout=0s").status() == 204);
    }

    private static void awaitLetter(RawConnection watcher) throws IOException {
        int seen = watcher.read();
        while (seen != 'x') {
            assertThat(seen).isPositive();
            seen = watcher.read();
        }
    }

    /** One session from its creation to its end: now and then the agent's on a shared pipe or on two, mostly cat's. */
    private static void cycle(int number) {
        boolean agent = number % 25 == 0;
        boolean shared = number % 50 == 0;
        Answer created = client.postJson(
                "/pipe",
                "{\"child\":\"" + (agent ? "agent" : "cat") + "\",\"topology\":\"" + (shared ? "shared" : "duplex")
                        + "\"}");
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        if (agent || number % 3 == 0) {
            assertThat(client.post("/pipe/exchange?timeout=30s", "x").text()).isEqualTo("x\n");
        } else if (number % 3 == 1) {
            client.write("x");
        }
        assertThat(client.delete("/pipe").status()).isEqualTo(200);
    }
}
