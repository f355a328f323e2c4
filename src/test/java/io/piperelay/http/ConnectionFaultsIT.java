package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.child.MisbehavingChild;
import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RawConnection;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import io.piperelay.http.support.Soak;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Clients that die, stall, or send byte by byte. */
@Timeout(value = 1800, threadMode = ThreadMode.SEPARATE_THREAD)
class ConnectionFaultsIT {

    private static final int MEBIBYTE = 1024 * 1024;

    /** An answer's head is longer than this. */
    private static final int HEAD = 250;

    private static RelayService service;
    private static RelayClient client;

    @BeforeAll
    static void start() {
        service = RelayService.start(Settings.ordinary().cat().misbehaving("flood", "flood"));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void byOffsetsNothingIsLostOrRepeatedHoweverOftenTheClientsDie() throws Exception {
        long total = Soak.bytes(64L * MEBIBYTE, 1024L * MEBIBYTE);
        int deaths = Soak.count(100, 1_000);
        long seed = Soak.seed();
        client.session("cat");
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Random random = new Random(seed);
            Random another = new Random(random.nextLong());
            Future<Integer> writer = threads.submit(() -> writeAll(total, deaths, random));
            Future<Integer> reader = threads.submit(() -> readAll(total, deaths, another));
            assertThat(writer.get()).as("deaths of writers").isGreaterThanOrEqualTo(deaths);
            assertThat(reader.get()).as("deaths of readers").isGreaterThanOrEqualTo(deaths);
        } catch (ExecutionException e) {
            throw new AssertionError("with -Dseed=" + seed, e);
        } finally {
            threads.shutdownNow();
        }
        assertThat(client.get("/pipe/read?timeout=100ms&offset=" + total).status())
                .isEqualTo(204);
    }

    /**
     * Writes the flood's sequence, and dies in the middle of a body again and again, until it has died often enough.
     */
    private static int writeAll(long total, int wanted, Random random) throws IOException {
        int most = (int) Math.min(2 * total / wanted, 4 * MEBIBYTE);
        int deaths = 0;
        long offset = 0;
        while (offset < total) {
            int length = (int) Math.min(total - offset, 1 + random.nextInt(most));
            byte[] body = MisbehavingChild.floodBytes(offset, length);
            boolean dies = random.nextBoolean() || (offset + length == total && deaths < wanted);
            try (RawConnection connection = client.connect()) {
                connection.head("POST /pipe/write?timeout=60s&offset=" + offset, "Content-Length: " + length);
                if (dies) {
                    connection.send(Arrays.copyOf(body, random.nextInt(length + 1)));
                    connection.reset();
                    deaths++;
                    // It does not know how much arrived, so it sends everything again from the last confirmed offset.
                    continue;
                }
                Answer answer = connection.send(body).answer();
                assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
                assertThat(answer.json().path("next").asLong()).isEqualTo(offset + length);
                offset += length;
            }
        }
        return deaths;
    }

    /**
     * Reads the flood's sequence, and dies again and again, within an answer's head or anywhere in its body, until it has
     * died often enough.
     */
    private static int readAll(long total, int wanted, Random random) throws IOException {
        int most = (int) Math.min(2 * total / wanted, MEBIBYTE);
        int deaths = 0;
        long offset = 0;
        while (offset < total) {
            int max = 1 + random.nextInt(most);
            boolean dies = random.nextBoolean() || (offset + max >= total && deaths < wanted);
            try (RawConnection connection = client.connect()) {
                connection.head("GET /pipe/read?timeout=60s&offset=" + offset + "&max=" + max);
                if (dies && random.nextBoolean()) {
                    connection.input().readNBytes(random.nextInt(HEAD));
                } else {
                    Answer head = connection.answerHead();
                    assertThat(head.status()).as(head.toString()).isEqualTo(200);
                    assertThat(head.number("Pipe-Offset")).isEqualTo(offset);
                    int length = (int) head.number("Content-Length");
                    int count = dies ? random.nextInt(length + 1) : length;
                    byte[] bytes = connection.input().readNBytes(count);
                    assertThat(bytes).hasSize(count);
                    int wrong = MisbehavingChild.floodMismatch(offset, bytes);
                    assertThat(wrong).as("wrong byte behind %d", offset).isEqualTo(-1);
                    offset += dies ? 0 : length;
                }
                if (dies) {
                    connection.reset();
                    deaths++;
                }
            }
        }
        return deaths;
    }

    @Test
    void ofAnUploadThatBreaksOffTheAcceptedPrefixCounts() throws IOException {
        client.session("cat");
        byte[] body = MisbehavingChild.randomBytes(8, 500_000);
        try (RawConnection dying = client.connect()) {
            dying.head("POST /pipe/write?offset=0", "Content-Length: " + body.length)
                    .send(Arrays.copyOf(body, 300_000));
            await().until(() -> client.status().path("input").path("offset").asLong() >= 4 * 65536);
            dying.reset();
        }
        long accepted = client.status().path("input").path("offset").asLong();
        assertThat(accepted).isBetween(262144L, 300_000L);

        Answer retry = client.post("/pipe/write?offset=0&timeout=10s", body);

        assertThat(retry.json().path("written").asInt()).as(retry.toString()).isEqualTo(body.length);
        assertThat(client.read(body.length)).isEqualTo(body);
        assertThat(client.get("/pipe/read?timeout=100ms").status()).isEqualTo(204);
    }

    @Test
    void anUploadThatStallsHoldsUpNobodyElseForLong() throws IOException {
        client.session("cat");
        try (RawConnection stalled = client.connect()) {
            stalled.head("POST /pipe/write", "Content-Length: 10").send("12345");
            await().pollDelay(Duration.ofMillis(200)).until(() -> true);
            long start = System.nanoTime();

            assertThat(client.post("/pipe/write?timeout=20s", "hello").status()).isEqualTo(200);

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
            assertThat(client.read(5)).asString().isEqualTo("hello");
            // In the end the rest arrives, and completes the message.
            stalled.send("67890");
            assertThat(stalled.answer().status()).isEqualTo(200);
            assertThat(client.read(10)).asString().isEqualTo("1234567890");
        }
    }

    @Test
    void aReaderThatDoesNotReadItsSocketHoldsUpNobody() throws IOException {
        client.session("flood");
        await().until(() -> client.status().path("output").path("end").asLong() >= MEBIBYTE);
        List<RawConnection> dawdlers = new ArrayList<>();
        try {
            for (int i = 0; i < 10; i++) {
                RawConnection dawdler = client.connect();
                dawdler.socket().setReceiveBufferSize(4096);
                for (int j = 0; j < 20; j++) {
                    dawdler.head("GET /pipe/read?offset=0&max=" + MEBIBYTE);
                }
                dawdlers.add(dawdler);
            }
            await().pollDelay(Duration.ofMillis(500)).until(() -> true);

            assertThat(client.get("/pipe").status()).isEqualTo(200);
            assertThat(client.get("/pipe/read?offset=5&max=10").body()).hasSize(10);
            // Nor does the pump wait for them: it fills the room that another reader makes.
            assertThat(client.status().path("output").path("end").asLong()).isLessThan(3 * MEBIBYTE / 2);
            assertThat(client.get("/pipe/read?offset=" + MEBIBYTE / 2 + "&max=10")
                            .body())
                    .isEqualTo(MisbehavingChild.floodBytes(MEBIBYTE / 2, 10));
            await().until(() -> client.status().path("output").path("end").asLong() >= 3 * MEBIBYTE / 2);
            client.close(Duration.ofMillis(100));
            client.session("cat");
            assertThat(client.post("/pipe/exchange", "next").text()).isEqualTo("next\n");
        } finally {
            for (RawConnection dawdler : dawdlers) {
                dawdler.reset();
            }
        }
    }

    private static final Duration HEADER_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration BODY_TIMEOUT = Duration.ofSeconds(4);

    /** What a client sends, and continues with forever, a byte at a time; and for how long it may. */
    private enum Drips {
        HEADERS("GET /pipe HTTP/1.1\r\nHost: local", HEADER_TIMEOUT),
        REQUEST_LINE("GET /p", HEADER_TIMEOUT),
        WRITE("POST /pipe/write HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nx", BODY_TIMEOUT),
        CREATE(json("Content-Length: 10000") + "{", BODY_TIMEOUT),
        CHUNK(json("Transfer-Encoding: chunked") + "ffff\r\n{", BODY_TIMEOUT),
        CHUNK_HEADER(json("Transfer-Encoding: chunked") + "1\r\n{\r\n1;", BODY_TIMEOUT),
        TRAILER(json("Transfer-Encoding: chunked") + "1\r\n{\r\n0\r\nX: ", BODY_TIMEOUT),
        NOWHERE("POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nx", Duration.ZERO);

        private final String beginning;
        private final Duration deadline;

        Drips(String beginning, Duration deadline) {
            this.beginning = beginning;
            this.deadline = deadline;
        }

        private static String json(String header) {
            return "POST /pipe HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + header + "\r\n\r\n";
        }

        int status() {
            return this == NOWHERE ? 404 : 408;
        }

        String problem() {
            return this == NOWHERE ? "/problems/not-found" : "/problems/request-timeout";
        }
    }

    /** One such client. */
    private static final class Dripping {

        private final Drips kind;
        private final RawConnection connection;
        private final long start = System.nanoTime();
        private final StringBuilder said = new StringBuilder();
        private Duration closedAfter = Duration.ZERO;

        Dripping(Drips kind, RawConnection connection) throws IOException {
            this.kind = kind;
            this.connection = connection;
            connection.socket().setSoTimeout(1);
            connection.send(kind.beginning);
        }

        boolean isOpen() {
            return closedAfter.isZero();
        }

        void goOn() throws IOException {
            try {
                for (int next = connection.read(); next >= 0; next = connection.read()) {
                    said.append((char) next);
                }
                closedAfter = Duration.ofNanos(System.nanoTime() - start);
            } catch (SocketTimeoutException e) {
                sendMore();
            } catch (SocketException e) {
                closedAfter = Duration.ofNanos(System.nanoTime() - start);
            }
        }

        private void sendMore() throws IOException {
            try {
                connection.send("x");
            } catch (SocketException e) {
                // Closed in the meantime; the answer sent before can still be read.
            }
        }

        /** Only a limited number of requests to create a session are read at once. */
        boolean isTurnedAway() {
            return kind.beginning.startsWith("POST /pipe ") && said.toString().contains("/problems/too-many-waiting");
        }

        void check() {
            assertThat(isOpen()).as(this + " is open").isFalse();
            if (isTurnedAway()) {
                assertThat(said).as(toString()).startsWith("HTTP/1.1 503");
                return;
            }
            assertThat(closedAfter).as(this + " was closed").isBetween(kind.deadline, kind.deadline.plusSeconds(5));
            assertThat(said)
                    .as(toString())
                    .startsWith("HTTP/1.1 " + kind.status())
                    .contains(kind.problem());
        }

        @Override
        public String toString() {
            return kind.toString();
        }
    }

    @Test
    @Tag("not-under-wine") // It takes too long there to see what hinders nobody.
    void fiveHundredConnectionsThatDripAreClosedInTimeAndHinderNobodyMeanwhile() throws Exception {
        List<Dripping> drips = new ArrayList<>();
        try (RelayService strict = RelayService.start(Settings.ordinary()
                .cat()
                .with("pipe.limits.header-timeout", HEADER_TIMEOUT.toSeconds() + "s")
                .with("pipe.limits.body-timeout", BODY_TIMEOUT.toSeconds() + "s"))) {
            RelayClient other = strict.client();
            other.session("cat");
            for (int i = 0; i < 500; i++) {
                drips.add(new Dripping(Drips.values()[i % Drips.values().length], other.connect()));
            }
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (drips.stream().anyMatch(Dripping::isOpen) && System.nanoTime() < deadline) {
                long start = System.nanoTime();
                assertThat(other.get("/pipe").status()).isEqualTo(200);
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
                for (Dripping drip : drips) {
                    if (drip.isOpen()) {
                        drip.goOn();
                    }
                }
                Thread.sleep(300);
            }
            assertThat(drips).allSatisfy(Dripping::check);
            for (Drips kind : Drips.values()) {
                assertThat(drips).anyMatch(drip -> drip.kind == kind && !drip.isTurnedAway());
            }
        } finally {
            for (Dripping drip : drips) {
                drip.connection.close();
            }
        }
    }

    @Test
    void moreReadersThanMayWaitAreToldToComeBackAndTheStatusStillAnswers() {
        try (RelayService crowded =
                RelayService.start(Settings.ordinary().cat().with("pipe.limits.waiting-readers", "100"))) {
            RelayClient other = crowded.client();
            other.session("cat");
            List<CompletableFuture<Answer>> readers = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                readers.add(other.getLater("/pipe/read?timeout=60s"));
            }
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(readers)
                            .filteredOn(CompletableFuture::isDone)
                            .hasSize(200));

            for (int i = 0; i < 20; i++) {
                long start = System.nanoTime();
                assertThat(other.get("/pipe").status()).isEqualTo(200);
                assertThat(other.write("").status()).isEqualTo(200);
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
            }
            assertThat(readers)
                    .filteredOn(CompletableFuture::isDone)
                    .hasSize(200)
                    .allSatisfy(reader -> {
                        assertThat(reader.join().status()).isEqualTo(503);
                        assertThat(reader.join().problem()).isEqualTo("too-many-waiting");
                        assertThat(reader.join().header("Retry-After")).isNotEmpty();
                    });
            assertThat(other.delete("/pipe?grace=0s").status()).isEqualTo(200);
            assertThat(readers)
                    .filteredOn(reader -> reader.join().status() == 410)
                    .hasSize(100);
        }
    }
}
