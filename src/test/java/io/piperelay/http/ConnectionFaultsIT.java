package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.child.MisbehavingChild;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Clients that die, dawdle or drip. */
@Timeout(value = 1800, threadMode = ThreadMode.SEPARATE_THREAD)
class ConnectionFaultsIT {

    private static final int MEBIBYTE = 1024 * 1024;

    private static RelayService service;
    private static RelayClient client;

    @BeforeAll
    static void start() {
        service =
                RelayService.start(Settings.ordinary().child("cat", "/bin/cat").misbehaving("flood", "flood"));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    // 32, 33

    @Test
    void byOffsetsNothingIsLostOrRepeatedHoweverOftenTheClientsDie() throws Exception {
        long total = Soak.bytes(64L * MEBIBYTE, 1024L * MEBIBYTE);
        int deaths = Soak.count(100, 1_000);
        client.session("cat");
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<Integer> writer = threads.submit(() -> writeAll(total, total / deaths));
            Future<Integer> reader = threads.submit(() -> readAll(total, total / deaths));
            assertThat(writer.get() + reader.get()).isGreaterThan(deaths);
        } finally {
            threads.shutdownNow();
        }
        assertThat(client.get("/pipe/read?timeout=100ms&offset=" + total).status())
                .isEqualTo(204);
    }

    /** Writes the flood's sequence, and dies in the middle of a body again and again. */
    private static int writeAll(long total, long often) throws IOException {
        Random random = new Random(1);
        int deaths = 0;
        long offset = 0;
        while (offset < total) {
            int length = (int) Math.min(total - offset, 1 + random.nextInt((int) Math.min(often * 2, 4 * MEBIBYTE)));
            byte[] body = new byte[length];
            for (int i = 0; i < length; i++) {
                body[i] = MisbehavingChild.floodByte(offset + i);
            }
            try (RawConnection connection = client.connect()) {
                connection.head("POST /pipe/write?timeout=60s&offset=" + offset, "Content-Length: " + length);
                if (random.nextBoolean()) {
                    connection.send(Arrays.copyOf(body, random.nextInt(length + 1)));
                    connection.reset();
                    deaths++;
                    // It does not know how much of it arrived, so it sends all of it again from where it was sure.
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

    private static int readAll(long total, long often) throws IOException {
        Random random = new Random(2);
        int deaths = 0;
        long offset = 0;
        while (offset < total) {
            try (RawConnection connection = client.connect()) {
                connection.head("GET /pipe/read?timeout=60s&offset=" + offset + "&max="
                        + (1 + random.nextInt((int) Math.min(often * 2, MEBIBYTE))));
                if (random.nextInt(3) == 0) {
                    int some = random.nextInt(100_000);
                    if (some > 0) {
                        connection.input().readNBytes(1 + random.nextInt(200));
                    }
                    connection.reset();
                    deaths++;
                    continue;
                }
                Answer answer = connection.answer();
                assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
                assertThat(answer.number("Pipe-Offset")).isEqualTo(offset);
                for (int i = 0; i < answer.body().length; i++) {
                    if (answer.body()[i] != MisbehavingChild.floodByte(offset + i)) {
                        throw new AssertionError("byte " + (offset + i) + " is wrong");
                    }
                }
                offset += answer.body().length;
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

            assertThat(client.post("/pipe/write?timeout=1s", "hello").status()).isEqualTo(200);

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(900));
            assertThat(client.read(5)).asString().isEqualTo("hello");
            // The rest comes in the end, and the message with it, whole.
            stalled.send("67890");
            assertThat(stalled.answer().status()).isEqualTo(200);
            assertThat(client.read(10)).asString().isEqualTo("1234567890");
        }
    }

    // 34

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
            long start = System.nanoTime();
            assertThat(client.delete("/pipe?grace=100ms").status()).isEqualTo(200);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1100));
            client.session("cat");
            assertThat(client.post("/pipe/exchange", "next").text()).isEqualTo("next\n");
        } finally {
            for (RawConnection dawdler : dawdlers) {
                dawdler.reset();
            }
        }
    }

    // 41

    @Test
    void fiveHundredConnectionsThatDripAreClosedInTheEndAndHinderNobodyMeanwhile() throws Exception {
        client.session("cat");
        List<RawConnection> drips = new ArrayList<>();
        try {
            for (int i = 0; i < 500; i++) {
                RawConnection drip = client.connect();
                drip.socket().setSoTimeout(1);
                switch (i % 5) {
                    case 0 -> drip.send("GET /pipe HTTP/1.1\r\nHost: local");
                    case 1 ->
                        drip.head("POST /pipe/write", "Content-Length: 100000").send("x");
                    case 2 ->
                        drip.head("POST /pipe", "Content-Type: application/json", "Content-Length: 10000")
                                .send("{");
                    case 3 ->
                        drip.head("POST /pipe/exchange", "Transfer-Encoding: chunked")
                                .send("5\r\nhe");
                    default ->
                        drip.head("POST /nowhere", "Content-Length: 100000").send("x");
                }
                drips.add(drip);
            }
            int open = drips.size();
            long deadline = System.nanoTime() + Duration.ofSeconds(100).toNanos();
            while (open > 0 && System.nanoTime() < deadline) {
                long start = System.nanoTime();
                assertThat(client.get("/pipe").status()).isEqualTo(200);
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
                open = 0;
                for (RawConnection drip : drips) {
                    open += keepsOn(drip) ? 1 : 0;
                }
                await().pollDelay(Duration.ofMillis(500)).until(() -> true);
            }
            assertThat(open).as("still open").isZero();
        } finally {
            for (RawConnection drip : drips) {
                drip.close();
            }
        }
    }

    private static boolean keepsOn(RawConnection drip) {
        try {
            drip.send("x");
            while (drip.read() >= 0) {
                // An answer; the end of the connection may follow.
            }
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        } catch (SocketException | EOFException e) {
            return false;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void moreReadersThanMayWaitAreToldToComeBackAndTheStatusStillAnswers() {
        client.session("cat");
        List<CompletableFuture<Answer>> readers = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            readers.add(client.getLater("/pipe/read?timeout=5s"));
        }

        for (int i = 0; i < 20; i++) {
            long start = System.nanoTime();
            assertThat(client.get("/pipe").status()).isEqualTo(200);
            assertThat(client.write("").status()).isEqualTo(200);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
        }
        for (CompletableFuture<Answer> reader : readers) {
            Answer answer = reader.join();
            assertThat(answer.status()).as(answer.toString()).isIn(204, 503);
            if (answer.status() == 503) {
                assertThat(answer.problem()).isEqualTo("too-many-waiting");
                assertThat(answer.header("Retry-After")).isNotEmpty();
            }
        }
    }
}
