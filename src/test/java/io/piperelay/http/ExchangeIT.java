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
import java.nio.charset.StandardCharsets;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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

    private static RelayService service;
    private static RelayClient client;

    @BeforeAll
    static void start() {
        service = RelayService.start(Settings.ordinary()
                .cat()
                .steps("attentive", "attend")
                .sleeping("sleeper")
                .steps("exiting", "read-line", "exit:7")
                .steps("slow", "reply:500")
                .steps("late", "pause:1000", "echo")
                .steps("numbering", "number")
                .misbehaving("flood", "flood")
                .steps("talkative", "say:welcome", "echo"));
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
        Answer crlf = client.post("/pipe/exchange?append=crlf&until=crlf&until=%21", "a\nb");
        assertThat(crlf.text()).isEqualTo("a\nb\r\n");
        assertThat(crlf.header("Pipe-Matched")).isEqualTo("crlf");
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

    /** A reply of several lines. */
    @Test
    void aSilenceEndsTheReplyInPlaceOfALineFeed() {
        client.session("cat");

        Answer answer = client.post("/pipe/exchange?quiet=1s&timeout=30s", "one\ntwo");

        assertThat(answer.text()).isEqualTo("one\ntwo\n");
        assertThat(answer.optionalHeader("Pipe-Matched")).isEmpty();
        assertThat(client.post("/pipe/exchange?quiet=50s&until=lf", "one\ntwo").text())
                .as("whichever comes first")
                .isEqualTo("one\n");
    }

    @Test
    void aReplyThatASilenceEndedIsRepeated() {
        client.session("cat");

        assertThat(client.post("/pipe/exchange?offset=0&quiet=1s&timeout=30s", "one")
                        .text())
                .isEqualTo("one\n");
        assertThat(client.post("/pipe/exchange?offset=0&quiet=1s&timeout=30s", "one")
                        .text())
                .isEqualTo("one\n");
    }

    @Test
    void anEmptyMessageIsALineEnd() {
        client.session("cat");

        assertThat(client.post("/pipe/exchange").text()).isEqualTo("\n");
    }

    @Test
    void aRepetitionWritesNothingAndGetsTheSameReply() {
        client.session("cat");
        Answer first = client.post("/pipe/exchange?offset=0", "hello");
        Answer second = client.post("/pipe/exchange", "other");
        assertThat(second.number("Pipe-Input-Offset")).isEqualTo(6);
        assertThat(second.number("Pipe-Input-Next")).isEqualTo(12);

        for (int i = 0; i < 3; i++) {
            Answer repeated = client.post("/pipe/exchange?offset=0", "hello");
            assertThat(repeated.text()).isEqualTo("hello\n");
            for (String header : List.of("Pipe-Offset", "Pipe-Next", "Pipe-Input-Offset", "Pipe-Input-Next")) {
                assertThat(repeated.number(header)).as(header).isEqualTo(first.number(header));
            }
        }
        assertThat(client.post("/pipe/exchange?offset=6&timeout=0s", "other").text())
                .as("one that had no offset at first")
                .isEqualTo("other\n");
        assertThat(client.status().path("input").path("offset").asInt()).isEqualTo(12);
        assertThat(client.status().path("output").path("cursor").asInt()).isEqualTo(12);
    }

    @Test
    void aRepetitionWhileTheFirstRequestStillWaitsGetsTheReplyToo() {
        client.session("slow");
        List<CompletableFuture<Answer>> both = new ArrayList<>();
        both.add(client.postLater("/pipe/exchange?offset=0&timeout=60s", bytes("hello")));
        await().until(() -> client.status().path("input").path("offset").asInt() == 6);
        both.add(client.postLater("/pipe/exchange?offset=0&timeout=60s", bytes("hello")));
        both.add(client.postLater("/pipe/exchange?offset=6&timeout=60s", bytes("again")));

        assertThat(both).extracting(answer -> answer.join().text()).containsExactly("hello\n", "hello\n", "again\n");
        assertThat(client.status().path("output").path("cursor").asInt()).isEqualTo(12);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void theReplyToAClientThatWentAwayIsNobodyElses() throws IOException {
        client.session("slow");
        RawConnection gone = client.connect()
                .head("POST /pipe/exchange?offset=0&timeout=60s", "Content-Length: 5")
                .send("first");
        await().until(() -> client.status().path("input").path("offset").asInt() == 6);
        gone.reset();

        assertThat(client.post("/pipe/exchange?offset=6&timeout=60s", "second").text())
                .isEqualTo("second\n");
        assertThat(client.post("/pipe/exchange?offset=0&timeout=60s", "first").text())
                .isEqualTo("first\n");
        assertThat(client.get("/pipe/read?timeout=0s").status()).isEqualTo(204);
    }

    @Test
    void afterATimeoutTheRepetitionWaitsOn() {
        client.session("slow");

        Answer late = client.post("/pipe/exchange?offset=0&timeout=50ms", "hello");
        assertThat(late.problem()).isEqualTo("reply-timeout");
        assertThat(late.number("Pipe-Input-Offset")).isZero();
        assertThat(late.number("Pipe-Input-Next")).isEqualTo(6);

        assertThat(client.post("/pipe/exchange?offset=0&timeout=60s", "hello").text())
                .isEqualTo("hello\n");
        assertThat(client.post("/pipe/exchange?offset=6&timeout=60s", "again").text())
                .isEqualTo("again\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jello", "hell", "hello!", "hello and more"})
    void anotherMessageAtTheSameOffsetIsRefused(String other) {
        client.session("cat");
        client.post("/pipe/exchange?offset=0", "hello");

        Answer refused = client.post("/pipe/exchange?offset=0", other);

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.problem()).isEqualTo("offset-taken");
        assertThat(refused.json().path("offset").asInt()).isEqualTo(6);
        assertThat(client.status().path("input").path("offset").asInt()).isEqualTo(6);
    }

    @Test
    void aReplyThatIsNotHeldAnyMoreIsGone() {
        client.session("cat");
        client.post("/pipe/exchange?offset=0", "hello");
        for (int i = 0; i < 3; i++) {
            client.write("x".repeat(500_000));
            client.read(500_000);
        }

        Answer gone = client.post("/pipe/exchange?offset=0", "hello");

        assertThat(gone.status()).isEqualTo(410);
        assertThat(gone.problem()).isEqualTo("offset-gone");
        assertThat(gone.json().path("oldest").asLong()).isEqualTo(6 + 1_500_000 - 1_048_576);
    }

    @Test
    void whatNoExchangeWroteHasNoReply() {
        client.session("cat");
        client.write("hello\n");
        await().until(() -> client.status().path("output").path("end").asInt() == 6);

        for (int offset : List.of(0, 3)) {
            Answer refused = client.post("/pipe/exchange?timeout=100ms&offset=" + offset, "hello");
            assertThat(refused.problem()).as(refused.toString()).isEqualTo("offset-gone");
        }
        assertThat(client.post("/pipe/exchange?offset=7", "hello").problem()).isEqualTo("offset-gap");
        assertThat(client.status().path("input").path("offset").asInt()).isEqualTo(6);
        assertThat(client.get("/pipe/read").text()).isEqualTo("hello\n");
    }

    @Test
    void theRestOfAMessageThatWasBegunIsWrittenByItsRepetition() {
        client.session("late");
        byte[] message = new byte[300_000];
        Arrays.fill(message, (byte) 'm');
        Answer first = client.post("/pipe/exchange?offset=0&max=400000&timeout=50ms", message);
        assertThat(first.problem()).isEqualTo("pipe-full");
        assertThat(first.json().path("next").asLong()).isBetween(65_536L, 299_999L);

        Answer repeated = client.post("/pipe/exchange?offset=0&max=400000&timeout=60s", message);

        assertThat(repeated.status()).as(repeated.toString()).isEqualTo(200);
        assertThat(repeated.body()).hasSize(300_001).startsWith(message);
        assertThat(client.status().path("input").path("offset").asLong()).isEqualTo(300_001);
    }

    @Test
    void theLastExchangeOfAnInputCanBeRepeatedToo() {
        client.session("cat");

        for (int i = 0; i < 3; i++) {
            assertThat(client.post("/pipe/exchange?offset=0&eof=true", "bye").text())
                    .isEqualTo("bye\n");
        }
        client.awaitExit(Duration.ofSeconds(10));
        assertThat(client.post("/pipe/exchange?offset=0&eof=true", "bye").text())
                .isEqualTo("bye\n");
        assertThat(client.post("/pipe/exchange?offset=4", "bye").problem()).isEqualTo("child-exited");
    }

    /** Nobody reads during an exchange, so the child waits for the window, and the exchange for the child. */
    @Test
    void aMessageWhoseReplyDoesNotFitIntoTheWindowIsSaidToBeTooLargeAtOnce() {
        client.session("cat");
        byte[] line = MisbehavingChild.floodBytes(0, 3_000_000);
        for (int i = 0; i < line.length; i++) {
            line[i] = line[i] == '\n' ? 1 : line[i];
        }
        long start = System.nanoTime();

        Answer answer = client.post("/pipe/exchange?timeout=60s", line);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(413);
        assertThat(answer.problem()).isEqualTo("exchange-too-large");
        assertThat(answer.json().path("limit").asInt()).isEqualTo(1_048_576);
        int next = answer.json().path("next").asInt();
        assertThat(answer.json().path("written").asInt()).isEqualTo(next);
        assertThat((long) next)
                .isEqualTo(client.status().path("input").path("offset").asLong());

        // As the problem document advises.
        CompletableFuture<Answer> rest =
                client.postLater("/pipe/write?timeout=60s&offset=" + next, Arrays.copyOfRange(line, next, line.length));
        assertThat(client.read(line.length)).isEqualTo(line);
        assertThat(rest.join().status()).isEqualTo(200);
    }

    @Test
    void anExchangeOnAWindowFullOfUnreadOutputIsRefusedAtOnce() {
        client.session("flood");
        await().until(() -> client.status().path("output").path("end").asInt() == 1_048_576);
        long start = System.nanoTime();

        Answer answer = client.post("/pipe/exchange?timeout=60s", "hello");

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.problem()).isEqualTo("window-full");
        assertThat(answer.json().path("limit").asInt()).isEqualTo(1_048_576);
        assertThat(client.status().path("input").path("offset").asInt(-1)).isZero();
    }

    /** The child numbers what it reads, which reveals a message that arrived twice, or a reply to another message. */
    @Test
    @Timeout(value = 1800, threadMode = ThreadMode.SEPARATE_THREAD)
    void howeverConnectionsBreakEachMessageIsReadOnceAndEachReplyIsTheRightOne() throws Exception {
        client.session("numbering");
        int messages = Soak.count(400, 10_000);
        long seed = Soak.seed();
        var lots = new Lots(messages, new Random(seed));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Integer>> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                clients.add(threads.submit(lots::exchangeAll));
            }
            int broken = 0;
            for (Future<Integer> done : clients) {
                broken += done.get();
            }
            assertThat(broken).as("connections that broke").isGreaterThan(messages / 4);
        } catch (ExecutionException e) {
            throw new AssertionError("with -Dseed=" + seed, e);
        } finally {
            threads.shutdownNow();
        }
        assertThat(client.status().path("input").path("offset").asLong()).isEqualTo(lots.end);
        assertThat(client.get("/pipe/read?timeout=0s").status()).as("left over").isEqualTo(204);
    }

    /** Messages that several clients divide among themselves, with their offsets in the input. */
    private static final class Lots {

        private final int messages;
        private final Random random;
        private int count;
        private long end;

        Lots(int messages, Random random) {
            this.messages = messages;
            this.random = random;
        }

        private record Lot(int number, long offset, String message, Random random) {}

        private synchronized @Nullable Lot next() {
            if (count == messages) {
                return null;
            }
            // The child is slow to answer those that end in a 7.
            String message = "message " + count + " " + "x".repeat(random.nextInt(200)) + random.nextInt(10);
            var lot = new Lot(++count, end, message, new Random(random.nextLong()));
            end += message.length() + 1;
            return lot;
        }

        /** Returns how many connections it broke. */
        int exchangeAll() throws IOException {
            int broken = 0;
            for (Lot lot = next(); lot != null; lot = next()) {
                Answer answer = attempt(lot);
                while (answer == null || answer.status() != 200) {
                    if (answer == null) {
                        broken++;
                    } else {
                        assertThat(answer.problem()).as(answer.toString()).isIn("offset-gap", "pipe-busy");
                        LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
                    }
                    answer = attempt(lot);
                }
                assertThat(answer.text()).isEqualTo(lot.number() + " " + lot.message() + "\n");
            }
            return broken;
        }

        /** @return null if the connection broke before all of the answer had come */
        private static @Nullable Answer attempt(Lot lot) throws IOException {
            byte[] request = bytes("POST /pipe/exchange?timeout=30s&offset=" + lot.offset()
                    + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                    + lot.message().length() + "\r\n\r\n" + lot.message());
            try (RawConnection connection = client.connect()) {
                switch (lot.random().nextInt(6)) {
                    case 0 ->
                        connection.send(Arrays.copyOf(request, lot.random().nextInt(request.length)));
                    case 1 -> {
                        connection.send(request);
                        LockSupport.parkNanos(lot.random().nextInt(8_000_000));
                    }
                    case 2 -> {
                        connection.send(request);
                        connection.input().readNBytes(lot.random().nextInt(300));
                    }
                    default -> {
                        return connection.send(request).answer();
                    }
                }
                if (lot.random().nextBoolean()) {
                    connection.reset();
                }
                return null;
            }
        }
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

        Answer answer = client.post("/pipe/exchange?timeout=30s", "hello");

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
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
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
