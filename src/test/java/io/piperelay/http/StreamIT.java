package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.piperelay.Later;
import io.piperelay.child.MisbehavingChild;
import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RawConnection;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import tools.jackson.databind.JsonNode;

/** {@code GET /pipe/stream}: the output as it arrives, taken as it is sent. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class StreamIT {

    private static final int WINDOW = 128 * 1024;

    private static RelayService service;
    private static RelayClient client;

    @BeforeAll
    static void start() {
        service = RelayService.start(Settings.ordinary()
                .with("pipe.output.window", WINDOW + "B")
                .cat()
                .steps("closes-stdout", "print:bye", "close-stdout", "pause:600000")
                .misbehaving("random", "random", "7", "3000000")
                .misbehaving("flood", "flood"));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static InputStream stream() {
        HttpResponse<InputStream> response = client.open("/pipe/stream");
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    private static String read(InputStream stream, int count) throws IOException {
        return new String(stream.readNBytes(count), StandardCharsets.UTF_8);
    }

    private static long cursor() {
        return client.status().path("output").path("cursor").asLong();
    }

    @Test
    void beginsAtTheCursorAndTakesTheOutputAsItComes() throws IOException {
        String session = client.session("cat").path("id").asString();
        client.write("abc");
        assertThat(client.get("/pipe/read?max=1").text()).isEqualTo("a");

        HttpResponse<InputStream> response = client.open("/pipe/stream");
        try (InputStream stream = response.body()) {
            assertThat(response.headers().firstValue("Content-Type")).contains("application/octet-stream");
            assertThat(response.headers().firstValue("Transfer-Encoding")).contains("chunked");
            assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
            assertThat(response.headers().firstValue("Pipe-Session")).contains(session);
            assertThat(response.headers().firstValue("Pipe-Offset")).contains("1");
            assertThat(read(stream, 2)).isEqualTo("bc");
            client.write("def");
            assertThat(read(stream, 3)).isEqualTo("def");
            await().untilAsserted(() -> assertThat(cursor()).isEqualTo(6));
            assertThat(client.get("/pipe/read?timeout=0s").status()).isEqualTo(204);
        }
    }

    @Test
    void opensBeforeThereIsAnything() throws IOException {
        client.session("cat");
        try (InputStream stream = stream()) {
            client.write("x");
            assertThat(read(stream, 1)).isEqualTo("x");
        }
    }

    @Test
    void endsWithTheOutputAndLeavesNothing() throws IOException {
        client.session("random");

        assertThat(stream().readAllBytes()).isEqualTo(MisbehavingChild.randomBytes(7, 3_000_000));

        Answer after = client.get("/pipe/stream");
        assertThat(after.status()).isEqualTo(410);
        assertThat(after.problem()).isEqualTo("end-of-output");
        assertThat(after.json().path("exitCode").asInt()).isZero();
    }

    @Test
    void endsWhenTheChildClosesItsOutputAndLives() throws IOException {
        client.session("closes-stdout");

        assertThat(stream().readAllBytes()).asString().isEqualTo("bye");

        assertThat(client.status().path("state").asString()).isEqualTo("running");
        Answer after = client.get("/pipe/stream");
        assertThat(after.problem()).isEqualTo("end-of-output");
        assertThat(after.json().path("exitCode").isNull()).isTrue();
    }

    @Test
    void aCloseThatLosesNothingEndsTheStreamInOrder() throws IOException {
        client.session("cat");
        InputStream stream = stream();
        client.write("abc");
        assertThat(read(stream, 3)).isEqualTo("abc");

        client.delete("/pipe");

        assertThat(stream.readAllBytes()).isEmpty();
    }

    /** A slow reader must not mistake a truncated stream for a complete one. */
    @Test
    void aCloseThatLosesBytesBreaksTheStreamOff() throws IOException {
        client.session("flood");
        InputStream stream = stream();
        assertThat(stream.read()).isZero();
        // Not only for the moment in which a slow service has not yet filled the sockets.
        await().during(Duration.ofMillis(500)).until(() -> full(client.status().path("output")));

        client.delete("/pipe?grace=0s");

        assertThatExceptionOfType(IOException.class).isThrownBy(stream::readAllBytes);
    }

    private static boolean full(JsonNode output) {
        return output.path("end").asLong() == output.path("cursor").asLong() + WINDOW;
    }

    @Test
    void leavesOthersTheirTurn() throws IOException {
        client.session("cat");
        try (InputStream stream = stream()) {
            assertThat(client.post("/pipe/exchange", "mine").text()).isEqualTo("mine\n");
            client.write("yours");
            assertThat(read(stream, 5)).isEqualTo("yours");
            assertThat(client.post("/pipe/exchange", "mine again").text()).isEqualTo("mine again\n");
        }
    }

    @Test
    void eachByteGoesToOneOfSeveral() throws IOException {
        client.session("cat");
        byte[] sent = MisbehavingChild.floodBytes(0, 2_000_000);
        List<CompletableFuture<byte[]>> readers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            InputStream stream = stream();
            readers.add(Later.get(() -> all(stream)));
        }

        client.post("/pipe/write?eof=true&timeout=60s", sent);

        long[] received = new long[256];
        for (CompletableFuture<byte[]> reader : readers) {
            for (byte value : reader.join()) {
                received[value & 0xFF]++;
            }
        }
        long[] wanted = new long[256];
        for (byte value : sent) {
            wanted[value & 0xFF]++;
        }
        assertThat(received).isEqualTo(wanted);
    }

    private static byte[] all(InputStream stream) {
        try {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aClientThatWentAwayTakesNoMore() throws IOException {
        client.session("cat");
        InputStream stream = stream();
        client.write("abc");
        assertThat(read(stream, 3)).isEqualTo("abc");
        stream.close();
        // The service checks once a second.
        await().pollDelay(Duration.ofMillis(1500)).until(() -> true);

        client.write("def");

        assertThat(client.get("/pipe/read").text()).isEqualTo("def");
    }

    @Test
    void aClientThatDoesNotReadHoldsUpNeitherTheStatusNorTheClose() throws IOException {
        client.session("flood");
        try (RawConnection stuck = client.connect().head("GET /pipe/stream")) {
            assertThat(stuck.answerHead().status()).isEqualTo(200);
            await().until(() -> full(client.status().path("output")));
            long start = System.nanoTime();

            assertThat(client.delete("/pipe?grace=0s").status()).isEqualTo(200);

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
        }
        client.session("cat");
        assertThat(client.post("/pipe/exchange", "well").text()).isEqualTo("well\n");
    }

    @Test
    void aClientThatDoesNotReadKeepsNothingFromOthers() throws IOException {
        client.session("flood");
        try (RawConnection stuck = client.connect().head("GET /pipe/stream")) {
            assertThat(stuck.answerHead().status()).isEqualTo(200);
            await().until(() -> full(client.status().path("output")));

            assertThat(client.read(10L * WINDOW)).hasSize(10 * WINDOW);
        }
    }

    @Test
    void headTakesNothing() {
        client.session("cat");
        client.write("abc");
        await().until(() -> client.status().path("output").path("end").asLong() == 3);

        Answer head = client.method("HEAD", "/pipe/stream");

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.number("Pipe-Offset")).isZero();
        assertThat(head.number("Pipe-Next")).isEqualTo(3);
        assertThat(cursor()).isZero();
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        client.session("cat");

        assertThat(client.get("/pipe/stream?offset=0").problem()).isEqualTo("invalid-parameter");
        assertThat(client.get("/pipe/stream", "Accept", "text/html").problem()).isEqualTo("not-acceptable");
        assertThat(client.method("POST", "/pipe/stream").status()).isEqualTo(405);
        client.delete("/pipe");
        assertThat(client.get("/pipe/stream").problem()).isEqualTo("no-session");
    }
}
