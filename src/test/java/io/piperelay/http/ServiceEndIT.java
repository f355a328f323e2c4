package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import io.piperelay.ProcessStat;
import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RawConnection;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayProcess;
import io.piperelay.http.support.Settings;
import io.piperelay.http.support.Soak;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** However the service ends, it takes its children along, and leaves nothing behind. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "a service on Windows cannot be asked to end by a signal")
@Timeout(value = 1800, threadMode = ThreadMode.SEPARATE_THREAD)
class ServiceEndIT {

    private static final List<String> CHILDREN = List.of("stubborn", "agent", "family", "deaf", "cat");

    private static final String BROKEN_OFF = "broken off";

    /**
     * How a request may end that waits while the service shuts down; or an exchange that arrived just before, when the window
     * was already full.
     */
    private static final Set<String> ENDS = Set.of(
            BROKEN_OFF,
            "409 child-exited",
            "410 session-closed",
            "410 end-of-output",
            "503 shutting-down",
            "503 window-full");

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

    @Test
    void nothingOutlivesAServiceThatWasKilled() throws IOException {
        int kills = Soak.count(3, 100);
        for (int i = 0; i < kills; i++) {
            String child = CHILDREN.get(i % CHILDREN.size());
            boolean shared = child.equals("agent") && i % 2 == 1;
            try (RelayProcess service = start()) {
                RelayClient client = service.client();
                JsonNode session = shared ? client.sharedSession(child) : client.session(child);
                if (child.equals("family")) {
                    assertThat(client.read(5)).asString().isEqualTo("born\n");
                    await().until(() -> service.descendants().size() >= 5);
                } else if (child.equals("stubborn")) {
                    assertThat(client.read(6)).asString().isEqualTo("ready\n");
                }
                List<ProcessHandle> descendants = service.descendants();
                assertThat(descendants)
                        .extracting(ProcessHandle::pid)
                        .contains(session.path("child").path("pid").asLong());

                service.kill();

                await().atMost(Duration.ofSeconds(2))
                        .untilAsserted(() -> assertThat(descendants)
                                .as("left by " + child + ": " + alive(descendants))
                                .noneMatch(left -> ProcessStat.isRunning(left.pid())));
            }
        }
        assertThat(leftovers())
                .as("what the next one removes when it is a minute old")
                .hasSizeBetween(1, kills)
                .allMatch(folder -> folder.getFileName().toString().startsWith("pipe-relay-files-"));
    }

    private static String alive(List<ProcessHandle> descendants) {
        return descendants.stream()
                .filter(left -> ProcessStat.isRunning(left.pid()))
                .map(left -> left.pid() + " " + left.info().commandLine().orElse("?"))
                .toList()
                .toString();
    }

    @Test
    void aServiceThatIsToldToStopInMidTransferDoesSoWithinTheGraceAndTwoSeconds() throws Exception {
        for (String child : Soak.isFull() ? CHILDREN : List.of("agent", "deaf")) {
            try (RelayProcess service = start()) {
                RelayClient client = service.client();
                client.session(child);
                List<CompletableFuture<Answer>> busy = new ArrayList<>(List.of(
                        client.getLater("/pipe/read?timeout=60s"),
                        client.getLater("/pipe/read?timeout=60s"),
                        client.postLater("/pipe/write?timeout=60s", new byte[3_000_000])));
                List<CompletableFuture<Answer>> streams = new ArrayList<>(List.of(client.getLater("/pipe/events")));
                if (child.equals("deaf")) {
                    streams.add(
                            client.getLater("/pipe/stream")); // From an echoing child it would take everything at once.
                }
                RawConnection stuck = client.connect().head("GET /pipe/events");
                assertThat(stuck.answerHead().status()).isEqualTo(200);
                await().until(() -> client.status().path("input").path("offset").asLong() > 60_000);
                busy.add(client.postLater("/pipe/exchange?timeout=60s", new byte[10]));
                List<ProcessHandle> descendants = service.descendants();
                List<CompletableFuture<Answer>> waiting =
                        busy.stream().filter(request -> !request.isDone()).toList();
                assertThat(waiting).isNotEmpty();
                assertThat(streams).noneMatch(CompletableFuture::isDone);
                long start = System.nanoTime();

                service.terminate();
                int code = service.exitCode(Duration.ofSeconds(30));

                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .as(child + " " + service.log())
                        .isLessThan(Duration.ofSeconds(4));
                assertThat(code).isEqualTo(143);
                for (CompletableFuture<Answer> request : waiting) {
                    String outcome = outcome(request, start + TimeUnit.SECONDS.toNanos(5));
                    // Any child but this one may have read or written something at the last moment.
                    if (child.equals("deaf") || !outcome.startsWith("200 ")) {
                        assertThat(outcome).as(child).isIn(ENDS);
                    }
                }
                for (CompletableFuture<Answer> stream : streams) {
                    assertThat(outcome(stream, start + TimeUnit.SECONDS.toNanos(5)))
                            .isIn("200 ", BROKEN_OFF);
                }
                await().atMost(Duration.ofSeconds(2))
                        .untilAsserted(
                                () -> assertThat(descendants).noneMatch(left -> ProcessStat.isRunning(left.pid())));
                assertThat(service.log()).doesNotContain("Exception").doesNotContain("ERROR");
                assertThat(leftovers()).as("temporary files").isEmpty();
            }
        }
    }

    /** What became of a request by then: the status and the problem that it was answered with, or no whole answer. */
    private static String outcome(CompletableFuture<Answer> request, long deadline) throws Exception {
        try {
            Answer answer = request.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            return answer.status() + " " + answer.problem();
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(IOException.class);
            return BROKEN_OFF;
        }
    }

    private List<Path> leftovers() throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            // The JVM's own.
            return files.filter(file -> !file.getFileName().toString().startsWith("hsperfdata"))
                    .toList();
        }
    }

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

    /**
     * The service uses the JVM's own locale, which is set by options. The variables set the locale of the system and the
     * children, if it is installed; otherwise it is C, in which the JVM decodes file names and arguments as ASCII.
     */
    @Test
    void noLocaleChangesAByte() {
        List<String> reference = conversation("C", "en", "US");

        assertThat(reference).hasSizeGreaterThan(20);
        List<String> locales =
                Soak.isFull() ? List.of("C", "tr_TR.UTF-8", "tr_TR.ISO-8859-9") : List.of("tr_TR.ISO-8859-9");
        for (String locale : locales) {
            List<String> turkish = conversation(locale, "tr", "TR");
            assertThat(turkish).as(locale).containsExactlyElementsOf(reference);
        }
    }

    /** Everything that the service answers in a conversation, except what differs each time. */
    private static List<String> conversation(String systemLocale, String language, String country) {
        byte[] bytes = new byte[256];
        for (int i = 0; i < 256; i++) {
            bytes[i] = (byte) i;
        }
        List<String> said = new ArrayList<>();
        try (RelayProcess service = RelayProcess.with(Settings.ordinary()
                        .child("cat", "/bin/cat")
                        .child("TITLE", "/bin/echo", "Ii")
                        .child("missing", "/nonexistent"))
                .variable("LC_ALL", systemLocale)
                .variable("LANG", systemLocale)
                .jvm("-Duser.language=" + language, "-Duser.country=" + country)
                .start()) {
            RelayClient client = service.client();
            said.add(masked(client.get("/pipe/children")));
            said.add(masked(client.get("/pipe")));
            said.add(masked(client.postJson("/pipe", "{\"child\":\"cat\"}")));
            said.add(masked(client.postJson("/pipe", "{}")));
            said.add(masked(client.post("/pipe/write", bytes)));
            Answer read = client.get("/pipe/read?max=256", "Accept", "application/octet-stream");
            said.add(masked(read));
            assertThat(read.body()).isEqualTo(bytes);
            said.add(masked(client.post("/pipe/write?append=lf", "I\u0130\u0131i 中文")));
            Answer line = client.get("/pipe/read?until=lf", "Accept", "application/json");
            said.add(masked(line));
            assertThat(line.json().path("data").asString()).isEqualTo("I\u0130\u0131i 中文\n");
            said.add(masked(client.post("/pipe/exchange?until=%C4%B0", "ıI\u0130i")));
            said.add(masked(client.get("/pipe/read?until=lf")));
            said.add(masked(client.get("/pipe/read?until=LF&timeout=0s")));
            said.add(masked(client.get("/pipe/read?max=x")));
            said.add(masked(client.get("/pipe/read?OFFSET=1")));
            said.add(masked(client.get("/pipe/read?offset=99999")));
            said.add(masked(client.get("/pipe/errors")));
            said.add(masked(client.post("/pipe/write?append=LF", "x")));
            said.add(masked(client.get("/pipe")));
            said.add(masked(client.delete("/pipe")));
            said.add(masked(client.postJson("/pipe", "{\"child\":\"title\"}")));
            said.add(masked(client.postJson("/pipe", "{\"child\":\"cat\",\"topology\":\"shared\"}")));
            said.add(masked(client.postJson("/pipe", "{\"TOPOLOGY\":\"duplex\"}")));
            said.add(masked(client.post("/pipe", "{}", "Content-Type", "text/plain")));
            for (String accepted : List.of("zh", "tr", "en")) {
                said.add(masked(client.post(
                        "/pipe",
                        "{\"child\":\"missing\"}",
                        "Content-Type",
                        "application/json",
                        "Accept-Language",
                        accepted)));
            }
            said.add(masked(client.method("PATCH", "/pipe")));
            said.add(masked(client.get("/problems/invalid-parameter")));
            said.add(masked(client.get("/nowhere")));
            said.add(masked(client.get("/v3/api-docs")));
            client.session("TITLE");
            assertThat(client.readToEnd()).asString().isEqualTo("Ii\n");
            said.add(masked(client.get("/pipe/read")));
        }
        assertThat(said).anyMatch(document -> document.contains("创建子进程失败"));
        return said;
    }

    /** An answer's status, its headers and its body, without ids, process ids, handles and times. */
    private static String masked(Answer answer) {
        Map<String, List<String>> headers = new TreeMap<>(answer.headers().map());
        headers.remove("date");
        // Process ids and times are not always equally long.
        headers.remove("content-length");
        // Methods come in no particular order.
        headers.computeIfPresent(
                "allow",
                (name, methods) ->
                        Stream.of(methods.get(0).split(", ")).sorted().toList());
        return (answer.status() + " " + headers + " " + answer.text())
                .replaceAll("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}", "<id>")
                .replaceAll("\"pid\":\\d+", "\"pid\":<pid>")
                .replaceAll("\"0x\\p{XDigit}+\"", "\"<handle>\"")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z", "<time>");
    }
}
