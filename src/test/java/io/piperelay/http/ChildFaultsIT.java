package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.ProcessStat;
import io.piperelay.child.Children;
import io.piperelay.child.MisbehavingChild;
import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RawConnection;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import io.piperelay.http.support.Soak;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Children that do what no child should, and what clients see of it. */
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class ChildFaultsIT {

    private static final int MEBIBYTE = 1024 * 1024;
    private static final int PIPE = 65_536;

    /** What the service itself holds of the input, waiting for the pipe. */
    private static final int IN_LINE = 64 * 1024;

    @TempDir
    static Path folder;

    private static byte[] file;
    private static RelayService service;
    private static RelayClient client;

    @BeforeAll
    static void start() throws IOException {
        file = MisbehavingChild.randomBytes(3, 150_000);
        Path content = Files.write(folder.resolve("content"), file);
        service = RelayService.start(Settings.ordinary()
                .with("pipe.output.window", "512KB")
                .cat()
                .child("fast", Children.print(content))
                .steps("html", "print:<script>alert(1)</script>", "complain:<b>", "echo")
                .misbehaving("exit", "exit", "5")
                .misbehaving("read-exit", "read-exit", "100000", "6")
                .misbehaving("random", "random", "7", "300000", "4")
                .misbehaving("close-stdout", "close-stdout")
                .misbehaving("silent", "silent")
                .misbehaving("flood", "flood")
                .misbehaving("leave-grandchild", "leave-grandchild")
                .misbehaving("leave-flood", "leave-flood")
                .misbehaving("keep-grandchild", "keep-grandchild")
                .misbehaving("partial-utf8", "partial-utf8")
                .misbehaving("flood-errors", "flood-errors", "100000000")
                .misbehaving("out-of-memory", "out-of-memory")
                .with("pipe.children.out-of-memory.environment.JAVA_TOOL_OPTIONS", "-Xmx16m"));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static JsonNode awaitExit() {
        return client.awaitExit(Duration.ofSeconds(30));
    }

    @Test
    void aChildThatExitsBeforeItReadsIsReportedWithItsCode() {
        client.session("exit");

        Answer answer = client.post("/pipe/write", new byte[3 * MEBIBYTE]);

        assertThat(answer.status()).as(answer.toString()).isEqualTo(409);
        assertThat(answer.problem()).isEqualTo("child-exited");
        assertThat(answer.json().path("exitCode").asInt()).isEqualTo(5);
        assertThat(client.post("/pipe/write", "more").problem()).isEqualTo("child-exited");
    }

    @Test
    void aChildThatExitsInTheMiddleOfAWriteLeavesTheCountOfWhatWasAccepted() {
        long pipe = client.session("read-exit").path("pipe").path("bufferSize").asLong();

        Answer answer = client.post("/pipe/write", new byte[10 * MEBIBYTE]);

        assertThat(answer.status()).as(answer.toString()).isEqualTo(409);
        assertThat(answer.problem()).isEqualTo("child-exited");
        assertThat(answer.json().path("exitCode").asInt()).isEqualTo(6);
        long written = answer.json().path("written").asLong();
        assertThat(written).isBetween(100_000L, 100_000L + pipe + IN_LINE);
        assertThat(answer.json().path("next").asLong()).isEqualTo(written);
        assertThat(client.status().path("input").path("offset").asLong()).isEqualTo(written);
    }

    @Test
    void whatAChildWroteBeforeItExitedIsAllThere() {
        client.session("random");
        awaitExit();

        assertThat(client.readToEnd()).isEqualTo(MisbehavingChild.randomBytes(7, 300_000));
        Answer end = client.get("/pipe/read");
        assertThat(end.problem()).isEqualTo("end-of-output");
        assertThat(end.json().path("exitCode").asInt()).isEqualTo(4);
    }

    @Test
    void ofFastExitsNoByteIsLost() {
        int exits = Soak.count(100, 2_500);
        int late = 0;
        for (int i = 0; i < exits; i++) {
            client.session("fast");
            byte[] read = client.readToEnd();
            if (!Arrays.equals(read, file)) {
                throw new AssertionError(
                        "exit " + i + ": " + read.length + " of " + file.length + " bytes, " + client.status());
            }
            late += awaitEndOfOutput().path("exitCode").isNull() ? 1 : 0;
            assertThat(awaitExit().path("child").path("exitCode").asInt(-1)).isZero();
        }
        assertThat(late)
                .as("exits that a busy machine notices long after the end of the output")
                .isLessThan(exits / 10);
    }

    private static JsonNode awaitEndOfOutput() {
        Answer end = client.get("/pipe/read");
        assertThat(end.problem()).isEqualTo("end-of-output");
        return end.json();
    }

    @Test
    void aChildThatClosesItsOutputIsStillThereToBeWrittenTo() {
        client.session("close-stdout");

        Answer end = client.get("/pipe/read?timeout=30s");

        assertThat(end.problem()).isEqualTo("end-of-output");
        assertThat(end.json().has("exitCode")).isTrue();
        assertThat(end.json().path("exitCode").isNull()).isTrue();
        assertThat(client.status().path("state").asString()).isEqualTo("running");
        assertThat(client.status().path("output").path("eof").asBoolean()).isTrue();
        client.write(new byte[MEBIBYTE]);
    }

    @Test
    void aChildThatNeverReadsFillsThePipe() {
        client.session("silent");

        Answer answer = client.post("/pipe/write?timeout=1s", new byte[MEBIBYTE]);

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.problem()).isEqualTo("pipe-full");
        assertThat(answer.json().path("written").asLong())
                .isEqualTo(client.status().path("input").path("offset").asLong())
                .isBetween(65536L, 200_000L);
        client.close(Duration.ofMillis(200));
    }

    @Test
    void closingDoesNotWaitForWritersAndReaders() {
        client.session("silent", PIPE);
        List<CompletableFuture<Answer>> writers = new ArrayList<>(List.of(
                client.postLater("/pipe/write?timeout=60s", new byte[MEBIBYTE]),
                client.postLater("/pipe/write?timeout=60s", new byte[MEBIBYTE])));
        List<CompletableFuture<Answer>> readers = List.of(
                client.getLater("/pipe/read?timeout=60s"),
                client.getLater("/pipe/read?timeout=60s"),
                client.getLater("/pipe/read?timeout=60s&offset=0"));
        await().until(() -> client.status().path("input").path("offset").asLong() > 65536);
        // Not before, because nobody writes during an exchange.
        writers.add(client.postLater("/pipe/exchange?timeout=60s", new byte[1]));
        await().during(Duration.ofMillis(200))
                .until(() -> Stream.concat(writers.stream(), readers.stream()).noneMatch(CompletableFuture::isDone));

        client.close(Duration.ofMillis(200));

        // Each learns either of the closing or of the child's exit that it causes, whichever comes first.
        assertThat(writers)
                .allSatisfy(writer -> assertThat(outcome(writer)).isIn("410 session-closed", "409 child-exited"));
        assertThat(readers)
                .allSatisfy(reader -> assertThat(outcome(reader)).isIn("410 session-closed", "410 end-of-output"));
    }

    private static String outcome(CompletableFuture<Answer> request) {
        Answer answer = request.orTimeout(10, TimeUnit.SECONDS).join();
        return answer.status() + " " + answer.problem();
    }

    @Test
    void aChildThatFloodsBlocksWhenTheWindowIsFullAndLosesNothing() {
        client.session("flood");
        await().until(() -> client.status().path("output").path("end").asLong() == 512 * 1024);
        await().during(Duration.ofMillis(300))
                .until(() -> client.status().path("output").path("end").asLong() == 512 * 1024);

        byte[] read = client.read(5 * MEBIBYTE);

        for (int i = 0; i < read.length; i++) {
            if (read[i] != MisbehavingChild.floodByte(i)) {
                throw new AssertionError("byte " + i + " is wrong");
            }
        }
        client.close(Duration.ofMillis(100));
    }

    @Test
    void aGrandchildThatHoldsThePipeDoesNotHideTheExit() {
        client.session("leave-grandchild");
        Answer pid = client.get("/pipe/read?until=lf&timeout=30s");
        long grandchild = Long.parseLong(pid.text().strip());

        JsonNode status = client.awaitExit(Duration.ofSeconds(2));
        assertThat(status.path("child").path("exitCode").asInt(-1)).isZero();
        Answer end = client.get("/pipe/read?timeout=5s");

        assertThat(end.problem()).as(end.toString()).isEqualTo("end-of-output");
        assertThat(SessionIT.isRunning(grandchild)).isTrue();
        client.delete("/pipe");
        await().atMost(Duration.ofSeconds(2)).until(() -> !ProcessStat.isRunning(grandchild));
    }

    @Test
    @Tag("not-under-wine") // A process learns late there that another has ended.
    void aGrandchildThatFloodsThePipeAfterTheExitDoesNotPutOffTheEnd() {
        client.session("leave-flood");
        long grandchild = Long.parseLong(
                client.get("/pipe/read?until=lf&timeout=30s").text().strip());
        JsonNode status = client.awaitExit(Duration.ofSeconds(2));
        assertThat(status.path("child").path("exitCode").asInt(-1)).isZero();
        assertThat(status.path("output").path("eof").asBoolean()).isFalse();
        Answer first = client.get("/pipe/read?timeout=30s");
        assertThat(first.status()).as(first.toString()).isEqualTo(200);
        assertFlood(0, first.body());
        long start = System.nanoTime();

        long position = first.body().length;
        Answer next = client.get("/pipe/read?timeout=5s");
        while (next.status() == 200) {
            assertFlood(position, next.body());
            position += next.body().length;
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
            next = client.get("/pipe/read?timeout=5s");
        }

        assertThat(next.problem()).as(next.toString()).isEqualTo("end-of-output");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        assertThat(position).as("flooded").isGreaterThan(IN_LINE);
        assertThat(client.delete("/pipe").status()).isEqualTo(200);
        await().atMost(Duration.ofSeconds(2)).until(() -> !ProcessStat.isRunning(grandchild));
    }

    @Test
    void grandchildrenDieWithTheSession() {
        client.session("keep-grandchild");
        long grandchild = Long.parseLong(
                client.get("/pipe/read?until=lf&timeout=30s").text().strip());
        assertThat(ProcessStat.isRunning(grandchild)).isTrue();

        assertThat(client.delete("/pipe?grace=0s").status()).isEqualTo(200);

        await().atMost(Duration.ofSeconds(2)).until(() -> !ProcessStat.isRunning(grandchild));
    }

    @Test
    void aChildThatRanOutOfMemoryLeavesItsCodeAndItsLastWords() {
        client.session("out-of-memory");

        assertThat(awaitExit().path("child").path("exitCode").asInt()).isEqualTo(1);
        await().until(() -> client.get("/pipe/errors").text().contains("OutOfMemoryError"));
    }

    @Test
    void theStatusTellsSinceWhenAChildIsSilent() {
        JsonNode created = client.session("silent");

        assertThat(client.get("/pipe/read?timeout=500ms").status()).isEqualTo(204);

        Instant since = silentSince();
        assertThat(since).isBefore(Instant.now().minusMillis(400));
        assertThat(since)
                .isAfter(Instant.parse(created.path("createdAt").asString()).minusSeconds(1));
    }

    @Test
    void eachOutputEndsTheSilence() {
        client.session("cat");
        Instant before = silentSince();

        for (int i = 0; i < 3; i++) {
            Instant written = Instant.now();
            client.write("x");
            assertThat(client.read(1)).asString().isEqualTo("x");

            Instant since = silentSince();
            // The status has a resolution of milliseconds.
            assertThat(since).isAfter(before).isBetween(written.minusMillis(1), Instant.now());
            assertThat(client.get("/pipe/read?timeout=50ms").status()).isEqualTo(204);
            assertThat(silentSince()).as("after a read that brought nothing").isEqualTo(since);
            before = since;
        }
    }

    private static Instant silentSince() {
        return Instant.parse(client.status().path("output").path("silentSince").asString());
    }

    @Test
    void halfACharacterIsDeliveredAsItIs() {
        client.session("partial-utf8");

        Answer half = client.get("/pipe/read?timeout=30s");
        client.write("x");
        Answer rest = client.get("/pipe/read?timeout=30s");

        assertThat(half.body()).isEqualTo(new byte[] {(byte) 0xe4, (byte) 0xb8});
        assertThat(rest.body()).isEqualTo(new byte[] {(byte) 0xad});
    }

    @Test
    void lineEndsInOutputNeverReachAHeader() throws IOException {
        client.session("cat");
        String evil = "\r\nSet-Cookie: a=b\r\n\r\nHTTP/1.1 200 OK\r\n\r\n";
        client.write(evil);

        try (RawConnection connection = client.connect()) {
            Answer answer =
                    connection.head("GET /pipe/read?until=OK%0D%0A%0D%0A").answer();
            assertThat(answer.text()).isEqualTo(evil);
            assertThat(answer.headers().map()).doesNotContainKey("Set-Cookie");
        }
        Answer exchanged = client.post("/pipe/exchange?until=%0D%0A%0D%0AH", evil);
        assertThat(exchanged.status()).as(exchanged.toString()).isEqualTo(200);
        assertThat(exchanged.text()).isEqualTo("\r\nSet-Cookie: a=b\r\n\r\nH");
        assertThat(exchanged.headers().map()).doesNotContainKey("Set-Cookie");
    }

    @Test
    void markupInOutputIsNoPage() {
        client.session("html");

        Answer answer = client.get("/pipe/read?until=%3C/script%3E&timeout=30s", "Accept", "text/html,*/*;q=0.8");

        assertThat(answer.text()).isEqualTo("<script>alert(1)</script>");
        assertThat(answer.header("Content-Type")).startsWith("text/plain");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        await().until(() -> client.get("/pipe/errors").status() == 200);
        Answer errors = client.get("/pipe/errors", "Accept", "text/html,*/*;q=0.8");
        assertThat(errors.header("Content-Type")).startsWith("text/plain");
        assertThat(errors.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(client.get("/pipe/read", "Accept", "text/html").status()).isEqualTo(406);
    }

    @Test
    void aHundredMegabytesOnStderrAreDrainedAndBounded() {
        client.session("flood-errors");
        long last = 0;
        while (client.get("/pipe/read?timeout=0s").status() == 204) {
            // Reading the errors without an offset always succeeds, however fast they arrive.
            Answer errors = client.get("/pipe/errors?max=200000");
            assertThat(errors.status()).as(errors.toString()).isIn(200, 204);
            if (errors.status() == 200) {
                long offset = errors.number("Pipe-Offset");
                assertThat(offset).isGreaterThanOrEqualTo(last);
                last = offset;
                assertFlood(offset, errors.body());
            }
        }
        awaitExit();

        await().until(() -> client.status().path("errors").path("eof").asBoolean());
        JsonNode errors = client.status().path("errors");
        assertThat(errors.path("end").asLong()).isEqualTo(100_000_000);
        assertThat(errors.path("oldest").asLong()).isEqualTo(100_000_000 - 256 * 1024);
        Answer tail = client.get("/pipe/errors?offset=99999990");
        assertFlood(99_999_990, tail.body());
        assertThat(tail.header("Pipe-Eof")).isEqualTo("true");
        assertThat(client.get("/pipe/errors?offset=0").problem()).isEqualTo("offset-gone");
        assertThat(client.get("/pipe/errors?offset=100000001").problem()).isEqualTo("offset-gap");
    }

    private static void assertFlood(long position, byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != MisbehavingChild.floodByte(position + i)) {
                throw new AssertionError("byte " + (position + i) + " is wrong");
            }
        }
    }
}
