package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /pipe/exchange}: a message and the reply to it. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class ExchangeIT {

    private static final int THREADS = 64;

    /** Replies to messages of {@link #exchanges} alone, and tells what else comes before the reply was taken. */
    private static final String ATTENTIVE = "while IFS= read -r line; do case $line in thread*)"
            + " if IFS= read -r -t 0.005 other; then echo \"$line, and before the reply: $other\"; else echo \"$line\"; fi;;"
            + " esac; done";

    private static RelayService service;
    private static RelayClient client;

    @BeforeAll
    static void start() {
        service = RelayService.start(Settings.ordinary()
                .child("cat", "/bin/cat")
                .child("attentive", "/bin/bash", "-c", ATTENTIVE)
                .child("sleeper", "/bin/sleep", "300")
                .child("exiting", "/bin/sh", "-c", "read line; exit 7")
                .child("talkative", "/bin/sh", "-c", "echo welcome; exec cat"));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void aLineIsAnsweredByALine() {
        String session = client.session("cat").path("id").asString();

        Answer answer = client.post("/pipe/exchange", "hello");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("hello\n");
        assertThat(answer.header("Content-Type")).isEqualTo("text/plain;charset=UTF-8");
        assertThat(answer.header("Pipe-Session")).isEqualTo(session);
        assertThat(answer.number("Pipe-Offset")).isZero();
        assertThat(answer.number("Pipe-Next")).isEqualTo(6);
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(client.status().path("output").path("cursor").asInt()).isEqualTo(6);
    }

    @Test
    void theTermsOfBothDirectionsCanBeChosen() {
        client.session("cat");

        assertThat(client.post("/pipe/exchange?append=nul&until=nul", "a\nb").text())
                .isEqualTo("a\nb\0");
        assertThat(client.post("/pipe/exchange?until=%21", "wow! so").text()).isEqualTo("wow!");
        assertThat(client.read(4)).asString().isEqualTo(" so\n");
        assertThat(client.post("/pipe/exchange?max=3", "abcdef").text()).isEqualTo("abc");
        assertThat(client.read(4)).asString().isEqualTo("def\n");
        assertThat(client.post("/pipe/exchange", "x", "Accept", "application/json")
                        .json()
                        .path("data")
                        .asString())
                .isEqualTo("x\n");
    }

    @Test
    void anEmptyMessageIsALineEnd() {
        client.session("cat");

        assertThat(client.post("/pipe/exchange").text()).isEqualTo("\n");
    }

    @Test
    void aRetryOfAnExchangeWritesNothing() {
        client.session("cat");
        Answer first = client.post("/pipe/exchange?offset=0", "hello");

        Answer retry = client.post("/pipe/exchange?offset=0&timeout=300ms", "hello");

        assertThat(first.text()).isEqualTo("hello\n");
        assertThat(retry.problem()).isEqualTo("reply-timeout");
        assertThat(client.status().path("input").path("offset").asInt()).isEqualTo(6);
    }

    @Test
    void aReplyThatIsLateCanStillBeRead() {
        client.session("cat");

        Answer answer = client.post("/pipe/exchange?until=%21&timeout=300ms", "hello");

        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.problem()).isEqualTo("reply-timeout");
        assertThat(answer.json().path("offset").asInt(-1)).isZero();
        assertThat(answer.json().path("next").asInt(-1)).isEqualTo(6);
        client.write("!");
        assertThat(client.get("/pipe/read?until=%21&offset="
                                + answer.json().path("offset").asInt())
                        .text())
                .isEqualTo("hello\n!");
    }

    @Test
    void aChildThatExitsInsteadOfAReplyIsAProblem() {
        client.session("exiting");

        Answer answer = client.post("/pipe/exchange", "hello");

        assertThat(answer.status()).as(answer.toString()).isEqualTo(410);
        assertThat(answer.problem()).isEqualTo("end-of-output");
        assertThat(answer.json().path("exitCode").asInt()).isEqualTo(7);
        client.awaitExit(Duration.ofSeconds(10));
        assertThat(client.post("/pipe/exchange", "hello").problem()).isEqualTo("child-exited");
    }

    @Test
    void aChildThatDoesNotReadIsAFullPipe() {
        client.session("sleeper");

        Answer answer = client.post("/pipe/exchange?timeout=300ms", new byte[300_000]);

        assertThat(answer.problem()).isEqualTo("pipe-full");
        assertThat(answer.json().path("next").asLong())
                .isEqualTo(client.status().path("input").path("offset").asLong());
    }

    @Test
    void aClientThatWentAwayTakesNoReply() throws IOException {
        client.session("cat");
        RawConnection gone = client.connect()
                .head("POST /pipe/exchange?until=%21&timeout=60s", "Content-Length: 5")
                .send("hello");
        await().until(() -> client.status().path("output").path("end").asInt() == 6);
        gone.close();

        await().until(() -> client.get("/pipe/read?timeout=5s").status() == 200);
        assertThat(client.status().path("output").path("cursor").asInt()).isEqualTo(6);
    }

    @Test
    @Timeout(value = 1800, threadMode = ThreadMode.SEPARATE_THREAD)
    void concurrentExchangesNeverInterleave() throws Exception {
        client.session("cat");
        int rounds = Soak.count(20, 500);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<Integer>> workers = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int own = thread;
                workers.add(threads.submit(() -> exchanges(own, rounds)));
            }
            for (Future<Integer> worker : workers) {
                assertThat(worker.get()).isEqualTo(rounds);
            }
        } finally {
            threads.shutdownNow();
        }
        long all = client.status().path("input").path("offset").asLong();
        assertThat(client.status().path("output").path("cursor").asLong()).isEqualTo(all);
    }

    private static int exchanges(int thread, int rounds) {
        for (int round = 0; round < rounds; round++) {
            String message =
                    "thread " + thread + " round " + round + " " + "x".repeat((thread * 31 + round * 97) % 2000);
            Answer answer = client.post("/pipe/exchange?timeout=60s", message);
            assertThat(answer.text()).isEqualTo(message + "\n");
        }
        return rounds;
    }

    @Test
    void writesAndReadsDoNotComeBetween() throws Exception {
        client.session("attentive");
        int rounds = Soak.count(100, 2_000);
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<Integer>> exchanging = new ArrayList<>();
            for (int thread = 0; thread < 2; thread++) {
                int own = thread;
                exchanging.add(threads.submit(() -> exchanges(own, rounds)));
            }
            List<Future<Integer>> disturbing = new ArrayList<>();
            for (int thread = 0; thread < 3; thread++) {
                disturbing.add(threads.submit(
                        () -> repeat(over, () -> client.post("/pipe/write?timeout=60s&append=lf", "aside"), 200)));
                disturbing.add(threads.submit(() -> repeat(over, () -> client.get("/pipe/read?timeout=10ms"), 204)));
            }
            for (Future<Integer> worker : exchanging) {
                worker.get();
            }
            over.set(true);
            for (Future<Integer> worker : disturbing) {
                assertThat(worker.get()).isGreaterThan(rounds / 4);
            }
        } finally {
            over.set(true);
            threads.shutdownNow();
        }
    }

    /** Returns how often. */
    private static int repeat(AtomicBoolean over, Supplier<Answer> request, int status) {
        int count = 0;
        for (; !over.get(); count++) {
            Answer answer = request.get();
            assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        }
        return count;
    }

    @Test
    void anExchangeThatWaitsForAReaderDoesNotHoldUpTheWriters() {
        client.session("cat");
        CompletableFuture<Answer> watcher = client.getLater("/pipe/read?timeout=60s");
        await().pollDelay(Duration.ofMillis(200)).until(() -> !watcher.isDone());
        CompletableFuture<Answer> exchange = client.postLater("/pipe/exchange?timeout=5s", new byte[] {'h'});
        await().pollDelay(Duration.ofMillis(200)).until(() -> !exchange.isDone());
        long start = System.nanoTime();

        Answer write = client.post("/pipe/write?timeout=4s", "x\n");

        assertThat(write.status()).as(write.toString()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(2000));
        assertThat(watcher.join().text()).isEqualTo("x\n");
        assertThat(exchange.join().text()).isEqualTo("h\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"max=0", "until=", "append=x", "timeout=61s", "offset=-1", "eof=x", "x=1"})
    void aParameterThatIsNotUnderstoodIsRefused(String query) {
        client.session("cat");

        assertThat(client.post("/pipe/exchange?" + query, "x").problem()).isEqualTo("invalid-parameter");
        assertThat(client.status().path("input").path("offset").asInt(-1)).isZero();
    }
}
