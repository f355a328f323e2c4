package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** However the service ends, it takes its children along, and leaves nothing behind. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 1800, threadMode = ThreadMode.SEPARATE_THREAD)
class ServiceEndIT {

    private static final List<String> CHILDREN = List.of("agent", "cat", "deaf", "family", "stubborn");

    @TempDir
    private Path temporary;

    private RelayProcess start() {
        Settings settings = Settings.ordinary()
                .child("cat", "/bin/cat")
                .child("deaf", "/bin/sleep", "600")
                // Grandchildren: one in the child's session, one in a session of its own.
                .child("family", "/bin/sh", "-c", "sleep 600 & setsid sleep 600 & echo born; sleep 600; true")
                .misbehaving("stubborn", "stubborn");
        return RelayProcess.with(settings).jvm("-Djava.io.tmpdir=" + temporary).start();
    }

    // 23

    @Test
    void nothingOutlivesAServiceThatWasKilled() {
        int kills = Soak.count(2 * CHILDREN.size(), 100);
        for (int i = 0; i < kills; i++) {
            String child = CHILDREN.get(i % CHILDREN.size());
            boolean shared = child.equals("agent") && i % 2 == 1;
            try (RelayProcess service = start()) {
                RelayClient client = service.client();
                if (shared) {
                    client.sharedSession(child);
                } else {
                    client.session(child);
                }
                if (child.equals("family")) {
                    assertThat(client.read(5)).asString().isEqualTo("born\n");
                    await().until(() -> service.descendants().size() >= 5);
                } else if (child.equals("stubborn")) {
                    assertThat(client.read(6)).asString().isEqualTo("ready\n");
                }
                List<ProcessHandle> descendants = service.descendants();
                assertThat(descendants).isNotEmpty();

                service.kill();

                await().atMost(Duration.ofSeconds(2))
                        .untilAsserted(() -> assertThat(descendants)
                                .as("left by " + child + ": " + alive(descendants))
                                .noneMatch(left -> ChildFaultsIT.isAlive(left.pid())));
            }
        }
    }

    private static String alive(List<ProcessHandle> descendants) {
        return descendants.stream()
                .filter(left -> ChildFaultsIT.isAlive(left.pid()))
                .map(left -> left.pid() + " " + left.info().commandLine().orElse("?"))
                .toList()
                .toString();
    }

    // 24

    @Test
    void aServiceThatIsToldToStopInMidTransferDoesSoWithinTheGraceAndTwoSeconds() throws Exception {
        for (String child : CHILDREN) {
            try (RelayProcess service = start()) {
                RelayClient client = service.client();
                client.session(child);
                List<CompletableFuture<Answer>> busy = new ArrayList<>(List.of(
                        client.getLater("/pipe/read?timeout=60s"),
                        client.getLater("/pipe/read?timeout=60s"),
                        client.postLater("/pipe/write?timeout=60s", new byte[3_000_000])));
                await().until(() -> client.status().path("input").path("offset").asLong() > 60_000);
                busy.add(client.postLater("/pipe/exchange?timeout=60s", new byte[10]));
                List<ProcessHandle> descendants = service.descendants();
                long start = System.nanoTime();

                service.terminate();
                int code = service.exitCode(Duration.ofSeconds(30));

                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .as(child + " " + service.log())
                        .isLessThan(Duration.ofSeconds(4));
                assertThat(code).isEqualTo(143);
                assertThat(busy)
                        .allSatisfy(request -> assertThat(request.handle((answer, failure) -> true)
                                        .get())
                                .isTrue());
                await().atMost(Duration.ofSeconds(2))
                        .untilAsserted(
                                () -> assertThat(descendants).noneMatch(left -> ChildFaultsIT.isAlive(left.pid())));
                assertThat(service.log()).doesNotContain("Exception").doesNotContain("ERROR");
                assertThat(leftovers()).as("temporary files").isEmpty();
            }
        }
    }

    private List<Path> leftovers() throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            // The JVM's own, and the servlet container's working folder, which the next start of Tomcat doesn't need.
            return files.filter(file -> !file.getFileName().toString().startsWith("hsperfdata"))
                    .toList();
        }
    }

    // 29

    @Test
    void aPortThatIsTakenIsSaidInOneClearLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                RelayProcess service = RelayProcess.with(
                                Settings.ordinary().with("server.port", Integer.toString(taken.getLocalPort())))
                        .jvm("-Djava.io.tmpdir=" + temporary)
                        .launch()) {
            int code = service.exitCode(Duration.ofSeconds(60));

            assertThat(code).isNotZero();
            assertThat(service.log().lines().filter(line -> line.contains("ERROR") || line.contains("already in use")))
                    .singleElement(STRING)
                    .contains("pipe-relay does not start", "Port " + taken.getLocalPort() + " was already in use");
            assertThat(service.log()).doesNotContain("\tat ").doesNotContain("APPLICATION FAILED");
            assertThat(leftovers()).isEmpty();
        }
    }

    // 30

    @Test
    void noLocaleChangesAByte() {
        for (String locale : List.of("tr_TR.UTF-8", "C", "tr_TR.ISO-8859-9")) {
            try (RelayProcess service = RelayProcess.with(Settings.ordinary()
                            .child("cat", "/bin/cat")
                            .child("TITLE", "/bin/echo", "Ii")
                            .child("missing", "/nonexistent"))
                    .variable("LC_ALL", locale)
                    .variable("LANG", locale)
                    .jvm(locale.startsWith("tr") ? "-Duser.language=tr" : "-Duser.language=en")
                    .start()) {
                RelayClient client = service.client();
                client.session("cat");
                byte[] bytes = new byte[256];
                for (int i = 0; i < 256; i++) {
                    bytes[i] = (byte) i;
                }
                client.write(bytes);
                assertThat(client.read(256)).isEqualTo(bytes);
                client.write("I\u0130\u0131i 中文\n");
                assertThat(client.get("/pipe/read?until=%0A", "Accept", "application/json")
                                .json()
                                .path("data")
                                .asString())
                        .isEqualTo("I\u0130\u0131i 中文\n");
                assertThat(client.status().path("topology").asString()).isEqualTo("duplex");
                assertThat(client.postJson("/pipe", "{}").json().path("type").asString())
                        .isEqualTo("/problems/session-exists");
                assertThat(client.get("/pipe/read?max=x").problem()).isEqualTo("invalid-parameter");
                client.delete("/pipe");
                Answer missing = client.post(
                        "/pipe",
                        "{\"child\":\"missing\"}",
                        "Content-Type",
                        "application/json",
                        "Accept-Language",
                        "zh");
                assertThat(missing.json().path("title").asString()).isEqualTo("创建子进程失败");
                assertThat(missing.json().path("osError").path("code").asInt()).isEqualTo(2);
                client.session("TITLE");
                assertThat(client.readToEnd()).as(locale).asString().isEqualTo("Ii\n");
            }
        }
    }
}
