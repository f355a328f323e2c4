package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayProcess;
import io.piperelay.http.support.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Temporary folders are cleaned while the service runs: systemd-tmpfiles removes what has been unused for ten days. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it looks at POSIX permissions")
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class TemporaryFilesIT {

    @TempDir
    private Path temporary;

    @Test
    void aServiceWhoseTemporaryFilesAreCleanedGoesOn() throws Exception {
        try (RelayProcess service = RelayProcess.with(Settings.ordinary())
                .jvm("-Djava.io.tmpdir=" + temporary)
                .start()) {
            RelayClient client = service.client();
            assertAgentsAnswer(client);

            Files.delete(jar());
            assertAgentsAnswer(client);

            Files.writeString(jar(), "damaged");
            assertAgentsAnswer(client);

            cleanEverything();
            assertAgentsAnswer(client);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(jar().getParent())))
                    .isEqualTo("rwx------");
            assertThat(client.get("/swagger-ui/index.html").status()).isEqualTo(200);
            assertThat(client.get("/nowhere").status()).isEqualTo(404);
            assertThat(client.get("/actuator/health").status()).isEqualTo(200);
            client.session("agent");
            assertThat(client.post("/pipe/write", new byte[300_000]).status()).isEqualTo(200);

            service.terminate();

            assertThat(service.exitCode(Duration.ofSeconds(30))).isEqualTo(143);
            assertThat(service.log())
                    .doesNotContain("Exception")
                    .doesNotContain("WARN ")
                    .doesNotContain("ERROR");
        }
        assertThat(leftovers()).isEmpty();
    }

    /** A folder that somebody else creates under that name has no influence. */
    @Test
    void aFolderThatTookThePlaceOfTheServicesOwnIsNotUsed() throws Exception {
        try (RelayProcess service = RelayProcess.with(Settings.ordinary())
                .jvm("-Djava.io.tmpdir=" + temporary)
                .start()) {
            Path own = jar().getParent();
            cleanEverything();
            Path trap = Files.createDirectory(temporary.resolve("trap"));
            Path kept = Files.createFile(trap.resolve("lock"));
            Files.createSymbolicLink(own, trap);

            assertAgentsAnswer(service.client());
            assertThat(trap.resolve("child-agent.jar")).doesNotExist();
            service.terminate();

            assertThat(service.exitCode(Duration.ofSeconds(30))).isEqualTo(143);
            assertThat(kept).exists();
        }
    }

    @Test
    void clientsThatMeetAfterTheCleaningAllGetAWholeAgent() throws Exception {
        try (RelayProcess service = RelayProcess.with(Settings.ordinary())
                .jvm("-Djava.io.tmpdir=" + temporary)
                .start()) {
            RelayClient client = service.client();
            cleanEverything();

            List<CompletableFuture<Answer>> creations = IntStream.range(0, 5)
                    .mapToObj(i -> client.postLater("/pipe?replace=true", new byte[0]))
                    .toList();
            creations.forEach(creation -> assertThat(creation.join().status()).isIn(201, 409));

            assertThat(client.post("/pipe/exchange?timeout=30s", "whole").text())
                    .isEqualTo("whole\n");
        }
    }

    @Test
    void anAgentThatCannotBeUnpackedAgainIsAProblemThatNamesNoPath() throws Exception {
        try (RelayProcess service = RelayProcess.with(Settings.ordinary())
                .jvm("-Djava.io.tmpdir=" + temporary)
                .start()) {
            RelayClient client = service.client();
            cleanEverything();
            Files.delete(temporary);

            Answer answer = client.post("/pipe");

            assertThat(answer.status()).as(answer.toString()).isEqualTo(500);
            assertThat(answer.problem()).isEqualTo("child-launch-failed");
            assertThat(answer.json().path("osError").path("code").isNull()).isTrue();
            assertThat(answer.text()).doesNotContain(temporary.toString(), "Exception");

            Files.createDirectory(temporary);
            assertAgentsAnswer(client);
        }
    }

    private static void assertAgentsAnswer(RelayClient client) {
        for (String topology : List.of("duplex", "shared")) {
            Answer created = client.postJson("/pipe?replace=true", "{\"topology\":\"" + topology + "\"}");
            assertThat(created.status()).as(created.toString()).isEqualTo(201);
            Answer answer = client.post("/pipe/exchange?timeout=30s", "hello");
            assertThat(answer.text())
                    .as(answer + " " + client.get("/pipe/errors").text())
                    .isEqualTo("hello\n");
        }
        client.delete("/pipe");
        await().until(() -> client.get("/pipe").status() == 404);
    }

    private Path jar() throws IOException {
        try (Stream<Path> files = Files.walk(temporary)) {
            return files.filter(file -> file.endsWith("child-agent.jar"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private void cleanEverything() throws IOException {
        for (Path leftover : leftovers()) {
            try (Stream<Path> files = Files.walk(leftover)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Except for the JVM's own files. */
    private List<Path> leftovers() throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            return files.filter(file -> !file.getFileName().toString().startsWith("hsperfdata"))
                    .toList();
        }
    }
}
