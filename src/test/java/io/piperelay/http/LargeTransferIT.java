package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.Later;
import io.piperelay.child.MisbehavingChild;
import io.piperelay.http.support.Answer;
import io.piperelay.http.support.EventSource;
import io.piperelay.http.support.EventSource.Event;
import io.piperelay.http.support.RawConnection;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayProcess;
import io.piperelay.http.support.Settings;
import io.piperelay.http.support.Soak;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A service with a small heap relays any number of bytes, without accumulating them. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it measures memory in /proc")
@Timeout(value = 3600, threadMode = ThreadMode.SEPARATE_THREAD)
class LargeTransferIT {

    private static final long MEBIBYTE = 1024 * 1024;
    private static final long ERRORS = Soak.bytes(100_000_000, 1_000_000_000);

    private static RelayProcess tiny;
    private static RelayProcess small;

    @BeforeAll
    static void start() {
        tiny = start("64m");
        small = start("128m");
    }

    @AfterAll
    static void stop() {
        tiny.close();
        small.close();
    }

    private static RelayProcess start(String heap) {
        return RelayProcess.with(Settings.ordinary()
                        .child("count", "/usr/bin/wc", "-c")
                        .child("cat", "/bin/cat")
                        .misbehaving("flood", "flood")
                        .misbehaving("flood-errors", "flood-errors", Long.toString(ERRORS)))
                .jvm("-Xmx" + heap, "-XX:+ExitOnOutOfMemoryError", "-XX:+UseSerialGC")
                .start();
    }

    private static void upload(RelayProcess service, long bytes) throws IOException {
        RelayClient client = service.client();
        client.session("count");
        byte[] piece = new byte[(int) MEBIBYTE];
        try (RawConnection connection = client.connect()) {
            connection.head("POST /pipe/write?eof=true&timeout=60s", "Content-Length: " + bytes);
            for (long sent = 0; sent < bytes; sent += piece.length) {
                connection.send(piece);
            }
            Answer answer = connection.answer();
            assertThat(answer.json().path("written").asLong())
                    .as(answer.toString())
                    .isEqualTo(bytes);
        }
        assertThat(client.readToEnd()).asString().isEqualToIgnoringWhitespace(Long.toString(bytes));
    }

    @Test
    void anUploadManyTimesTheHeapPassesThroughATinyService() throws IOException {
        upload(tiny, Soak.bytes(128, 4096) * MEBIBYTE);
    }

    @Test
    void manyChunkedUploadsAtOncePassThrough() {
        RelayClient client = tiny.client();
        client.session("count");
        int uploads = 24;
        byte[] body = new byte[(int) (8 * MEBIBYTE)];
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < uploads; i++) {
            answers.add(client.postLater("/pipe/write?timeout=60s", body));
        }
        answers.forEach(answer ->
                assertThat(answer.join().status()).as(answer.join().toString()).isEqualTo(200));
        assertThat(client.status().path("input").path("offset").asLong()).isEqualTo(uploads * 8L * MEBIBYTE);
    }

    @Test
    void aFloodPassesThroughAndMemoryStaysFlat() {
        RelayClient client = small.client();
        client.session("flood");
        long warm = read(client, 0, 64 * MEBIBYTE, Duration.ZERO);
        long before = small.memory();

        read(client, warm, Soak.bytes(128, 512) * MEBIBYTE, Soak.isFull() ? Duration.ofMinutes(10) : Duration.ZERO);

        assertThat(small.memory()).isLessThan(before + 64 * MEBIBYTE);
        assertThat(small.log()).doesNotContain("OutOfMemoryError");
    }

    @Test
    void aFloodIsStreamedAndObservedAndMemoryStaysFlat() throws IOException {
        RelayClient client = small.client();
        client.session("flood");
        try (InputStream stream = client.open("/pipe/stream").body();
                RawConnection stuck = client.connect().head("GET /pipe/events");
                EventSource observer = client.events("?offset=0")) {
            assertThat(stuck.answerHead().status()).isEqualTo(200);
            CompletableFuture<Void> observing = Later.run(() -> follow(observer));
            long warm = stream(stream, 0, 64 * MEBIBYTE);
            long before = small.memory();

            stream(stream, warm, Soak.bytes(128, 4096) * MEBIBYTE);

            assertThat(small.memory()).isLessThan(before + 64 * MEBIBYTE);
            assertThat(client.delete("/pipe?grace=0s").status()).isEqualTo(200);
            assertThat(observing).succeedsWithin(Duration.ofSeconds(30));
        }
        assertThat(small.log()).doesNotContain("OutOfMemoryError");
    }

    /** Follows to the end, and fails if anything is missed without notice. */
    private static void follow(EventSource observer) {
        try {
            long next = 0;
            for (Event event = observer.next(); !event.name().equals("exit"); event = observer.next()) {
                assertThat(event.data().path("offset").asLong()).isEqualTo(next);
                next = event.data().path("next").asLong();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Checks each byte of a streamed flood. */
    private static long stream(InputStream stream, long from, long count) throws IOException {
        long offset = from;
        while (offset < from + count) {
            byte[] bytes = stream.readNBytes((int) MEBIBYTE);
            assertFlood(offset, bytes);
            offset += bytes.length;
        }
        return offset;
    }

    private static void assertFlood(long offset, byte[] bytes) {
        assertThat(bytes).isNotEmpty();
        assertThat(MisbehavingChild.floodMismatch(offset, bytes))
                .as("first wrong byte behind %d", offset)
                .isEqualTo(-1);
    }

    /** Reads at least this many bytes, for at least this long, and checks each. */
    private static long read(RelayClient client, long from, long count, Duration time) {
        long start = System.nanoTime();
        long offset = from;
        while (offset < from + count || System.nanoTime() - start < time.toNanos()) {
            Answer answer = client.get("/pipe/read?timeout=30s&max=1048576");
            assertThat(answer.number("Pipe-Offset")).isEqualTo(offset);
            byte[] bytes = answer.body();
            assertFlood(offset, bytes);
            offset += bytes.length;
        }
        return offset;
    }

    @Test
    void aFloodThatNobodyReadsWaitsAndMemoryStaysFlat() throws InterruptedException {
        // One that has not yet grown, so that every growth shows.
        try (RelayProcess service = start("128m")) {
            RelayClient client = service.client();
            client.session("flood");
            await().until(() -> client.status().path("output").path("end").asLong() == MEBIBYTE);
            long before = service.memory();

            Thread.sleep(Soak.count(2_000, 60_000));

            assertThat(service.memory()).isLessThan(before + 16 * MEBIBYTE);
            assertThat(client.status().path("output").path("end").asLong()).isEqualTo(MEBIBYTE);
            client.close(Duration.ofMillis(500));
        }
    }

    @Test
    void aFloodOnStderrLeavesNothingInMemory() {
        RelayClient client = tiny.client();
        client.session("flood-errors");

        await().atMost(Duration.ofMinutes(3))
                .until(() -> client.status().path("errors").path("end").asLong() == ERRORS);

        assertThat(tiny.log()).doesNotContain("OutOfMemoryError");
    }
}
