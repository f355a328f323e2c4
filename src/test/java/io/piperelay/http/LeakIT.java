package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Nothing piles up in a service that runs for long. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 3600, threadMode = ThreadMode.SEPARATE_THREAD)
class LeakIT {

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
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        service = RelayProcess.with(Settings.ordinary()
                        .child("cat", "/bin/cat")
                        .child("missing", folder.resolve("missing").toString())
                        .child("unknown", "no-such-program-anywhere")
                        .child("plain", plain.toString())
                        .child("garbage", garbage.toString())
                        .child("orphan", orphan.toString())
                        .child("folder", folder.toString())
                        .child(
                                "missing-jar",
                                "java",
                                "-jar",
                                folder.resolve("missing.jar").toString())
                        .child("elsewhere", "/bin/cat")
                        .with(
                                "pipe.children.elsewhere.working-directory",
                                folder.resolve("nowhere").toString()))
                .jvm("-Djava.io.tmpdir=" + temporary, "-XX:CICompilerCount=1", "-XX:+UseSerialGC")
                .start();
        client = service.client();
        // What is loaded or started once.
        for (int i = 0; i < 30; i++) {
            client.session("cat");
            client.write("x");
            client.read(1);
            client.delete("/pipe");
            client.postJson("/pipe", "{\"child\":\"missing\"}");
        }
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private record Usage(long descriptors, long threads, long children, long files) {

        static Usage now() {
            try (Stream<Path> files = Files.walk(folder.resolve("tmp"))) {
                return new Usage(service.descriptors(), service.threads(), service.children(), files.count());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        /** A JVM opens and starts a few things of its own accord; a leak would show as one for each round. */
        void assertNotExceeded() {
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                Usage now = now();
                assertThat(now.descriptors()).as("descriptors").isLessThanOrEqualTo(descriptors + 4);
                assertThat(now.threads()).as("threads").isLessThanOrEqualTo(threads + 8);
                assertThat(now.children()).as("children, zombies included").isLessThanOrEqualTo(children);
                assertThat(now.files()).as("temporary files").isEqualTo(files);
            });
        }
    }

    // 18, 19

    @Test
    void failedLaunchesLeaveNothing() {
        int times = Soak.count(50, 1_000);
        Usage before = Usage.now();

        for (int i = 0; i < times; i++) {
            for (String child : List.of("missing", "unknown", "plain", "folder", "elsewhere")) {
                Answer answer = client.postJson("/pipe", "{\"child\":\"" + child + "\"}");
                assertThat(answer.problem()).as(child + " " + answer).isEqualTo("child-launch-failed");
                assertThat(answer.json().path("osError").path("code").asInt()).isIn(2, 13, 20);
                assertThat(answer.text()).doesNotContain(folder.toString());
                assertThat(client.get("/pipe").status()).isEqualTo(404);
            }
        }

        before.assertNotExceeded();
    }

    @Test
    void aFileThatIsNoProgramCannotBeLaunched() {
        for (String child : List.of("garbage", "orphan")) {
            Answer answer = client.postJson("/pipe?replace=true", "{\"child\":\"" + child + "\"}");
            if (answer.status() == 201) {
                // The system noticed only when it tried: the child's end, its code and its stderr tell.
                await().until(() -> client.status().path("state").asString().equals("exited"));
                assertThat(client.status().path("child").path("exitCode").asInt())
                        .isIn(2, 126, 127);
                await().until(() -> client.get("/pipe/errors").status() == 200);
                client.delete("/pipe");
            } else {
                assertThat(answer.problem()).as(child + " " + answer).isEqualTo("child-launch-failed");
            }
        }
    }

    @Test
    void aMissingJarShowsInTheExitCodeAndOnStderr() {
        client.session("missing-jar");

        await().atMost(Duration.ofSeconds(30))
                .until(() -> client.status().path("state").asString().equals("exited"));

        assertThat(client.status().path("child").path("exitCode").asInt()).isEqualTo(1);
        await().until(() -> client.get("/pipe/errors").text().contains("Unable to access jarfile"));
        client.delete("/pipe");
    }

    // 27

    @Test
    void sessionsLeaveNothing() {
        int cycles = Soak.count(400, 10_000);
        Usage before = Usage.now();

        for (int i = 0; i < cycles; i++) {
            assertThat(client.postJson("/pipe", "{\"child\":\"cat\"}").status()).isEqualTo(201);
            if (i % 3 == 0) {
                client.write("x");
            }
            assertThat(client.delete("/pipe").status()).isEqualTo(200);
        }

        before.assertNotExceeded();
    }
}
