package io.piperelay.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.Later;
import io.piperelay.session.InputSlot.Chunk;
import io.piperelay.session.PipeException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** {@link PipelinedExchanges}, with the test as the child: it takes the input and writes the replies. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class PipelinedExchangesTests {

    private static final int WINDOW = 64;
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final Duration NO_TIME = Duration.ZERO;

    private final InputSlot input = new InputSlot(null);
    private final InputWriter writer = new InputWriter("s", input);
    private final OutputWindow window = new OutputWindow("s", null, WINDOW, false, (start, end) -> {});
    private final OutputReader reader = new OutputReader(
            window,
            new OutputIntake(InputStream.nullInputStream(), window, null),
            new ChildExit(),
            DeliveryBudget.ofTheHeap());
    private final ExchangeLog log = new ExchangeLog();
    private final ExchangeTurns turns = new ExchangeTurns(writer.turn(), reader.turn());
    private final Pipeline pipeline = new Pipeline(window, reader, turns, log);
    private final PipelinedExchanges exchanges =
            new PipelinedExchanges(turns, new ExchangeWriter("s", input, writer, window, log), pipeline);

    @AfterEach
    void end() {
        input.refuse(PipeException::sessionClosed);
        window.close();
    }

    private void exchange(@Nullable Long offset, String message, int max, Duration timeout, Receiver client)
            throws IOException, InterruptedException {
        byte[] body = message.getBytes(StandardCharsets.US_ASCII);
        exchanges.exchange(
                new WriteRequest(offset, false, LONG),
                new ChunkedBody(new ByteArrayInputStream(body), body.length, new byte[0], WINDOW, () -> false),
                new ReadRequest(null, Ending.LINE, max, timeout),
                client);
    }

    private CompletableFuture<String> later(@Nullable Long offset, String message, int max, Duration timeout) {
        var client = new FakeReceiver();
        return later(offset, message, max, timeout, client).thenApply(done -> client.got());
    }

    private CompletableFuture<Void> later(
            @Nullable Long offset, String message, int max, Duration timeout, Receiver client) {
        return Later.run(() -> {
            try {
                exchange(offset, message, max, timeout, client);
            } catch (IOException | InterruptedException e) {
                throw new CompletionException(e);
            }
        });
    }

    /** Begins an exchange, whose message the child reads, and which waits for its reply. */
    private CompletableFuture<String> begun(String message) throws InterruptedException {
        CompletableFuture<String> reply = later(null, message, WINDOW, LONG);
        assertThat(childReads()).isEqualTo(message);
        return reply;
    }

    private String childReads() throws InterruptedException {
        var read = new StringBuilder();
        while (read.indexOf("\n") < 0) {
            Chunk chunk = Objects.requireNonNull(input.take());
            read.append(new String(chunk.bytes(), 0, chunk.length(), StandardCharsets.US_ASCII));
            input.free(chunk);
        }
        return read.toString();
    }

    private void childWrites(String text) throws InterruptedException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        assertThat(window.append(bytes, 0, bytes.length)).isTrue();
    }

    /** An exchange whose reply does not arrive in time. */
    private void timedOut(@Nullable Long offset, String message) throws InterruptedException {
        CompletableFuture<String> late = later(offset, message, WINDOW, Duration.ofMillis(20));
        childReads();
        assertFailsWith(late, Reason.REPLY_TIMEOUT);
    }

    private static void assertFailsWith(CompletableFuture<?> exchange, Reason reason) {
        assertThat(exchange)
                .failsWithin(LONG)
                .withThrowableThat()
                .havingRootCause()
                .isInstanceOfSatisfying(
                        PipeException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void messagesAreWrittenWithoutWaitingForRepliesAndAnsweredInOrder() throws Exception {
        CompletableFuture<String> first = begun("1\n");
        CompletableFuture<String> second = begun("2\n");
        CompletableFuture<String> third = begun("3\n");

        childWrites("one\ntwo\nth");

        assertThat(first.get()).isEqualTo("one\n");
        assertThat(second.get()).isEqualTo("two\n");
        assertThat(third).isNotDone();
        childWrites("ree\n");
        assertThat(third.get()).isEqualTo("three\n");
        assertThat(window.status().cursor()).isEqualTo(14);
    }

    @Test
    void aLateReplyGoesToNobodyElse() throws Exception {
        timedOut(null, "1\n");
        CompletableFuture<String> second = begun("2\n");
        childWrites("one\n");
        await().during(Duration.ofMillis(50)).until(() -> !second.isDone());

        childWrites("two\n");

        assertThat(second.get()).isEqualTo("two\n");
        assertThat(window.status().cursor()).isEqualTo(8);
    }

    @Test
    void thoseBehindOneThatIsNotAnsweredTimeOutToo() throws Exception {
        timedOut(null, "1\n");

        timedOut(null, "2\n");
    }

    @Test
    void whoeverRepeatsAMessageInItsPlaceGetsItsReply() throws Exception {
        timedOut(0L, "1\n");
        CompletableFuture<String> second = begun("2\n");

        CompletableFuture<String> again = later(0L, "1\n", WINDOW, LONG);
        CompletableFuture<String> andAgain = later(0L, "1\n", WINDOW, LONG);
        childWrites("one\ntwo\n");

        assertThat(again.get()).isEqualTo("one\n");
        assertThat(andAgain.get()).isEqualTo("one\n");
        assertThat(second.get()).isEqualTo("two\n");
        assertThat(later(0L, "1\n", WINDOW, LONG).get()).as("from the window").isEqualTo("one\n");
        assertThat(input.offset()).as("each was written once").isEqualTo(4);
    }

    @Test
    void aMessageThatDiffersFromTheOneInItsPlaceIsRefused() throws Exception {
        timedOut(0L, "1\n");

        assertFailsWith(later(0L, "x\n", WINDOW, LONG), Reason.OFFSET_TAKEN);
    }

    @Test
    void anEndingChildAnswersAll() throws Exception {
        CompletableFuture<String> first = begun("1\n");
        CompletableFuture<String> second = begun("2\n");
        CompletableFuture<String> third = begun("3\n");
        childWrites("one\n");

        window.end();

        assertThat(first.get()).isEqualTo("one\n");
        assertFailsWith(second, Reason.END_OF_OUTPUT);
        assertFailsWith(third, Reason.END_OF_OUTPUT);
    }

    @Test
    void closingTheSessionAnswersAll() throws Exception {
        CompletableFuture<String> first = begun("1\n");
        CompletableFuture<String> second = begun("2\n");

        window.close();

        assertFailsWith(first, Reason.SESSION_CLOSED);
        assertFailsWith(second, Reason.SESSION_CLOSED);
    }

    @Test
    void whatIsLeftOfALongReplyIsNotTheNext() throws Exception {
        CompletableFuture<String> first = later(null, "1\n", 2, LONG);
        childReads();
        CompletableFuture<String> second = begun("2\n");

        childWrites("onetwothree");
        assertThat(first.get()).isEqualTo("on");
        childWrites("four\ntwo\n");

        assertThat(second.get()).isEqualTo("two\n");
        assertThat(window.status().cursor()).isEqualTo(20);
    }

    @Test
    void aReaderWaitsUntilNobodyIsInThePipeline() throws Exception {
        CompletableFuture<String> first = begun("1\n");
        var line = new ReadRequest(null, Ending.LINE, WINDOW, LONG);
        var client = new FakeReceiver();
        CompletableFuture<Boolean> reading = Later.get(() -> {
            try {
                return reader.read(line, client);
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        await().until(reader.turn()::isAwaited);

        childWrites("one\nunasked\n");

        assertThat(first.get()).isEqualTo("one\n");
        assertThat(reading.get()).isTrue();
        assertThat(client.got()).isEqualTo("unasked\n");
    }

    @Test
    void aReplyThatAReaderTookIsForgotten() throws Exception {
        timedOut(0L, "1\n");
        childWrites("one\n");
        assertThat(reader.read(new ReadRequest(null, Ending.LINE, WINDOW, NO_TIME), new FakeReceiver()))
                .isTrue();

        CompletableFuture<String> second = begun("2\n");
        childWrites("two\n");

        assertThat(second.get()).isEqualTo("two\n");
        assertFailsWith(later(0L, "1\n", WINDOW, LONG), Reason.REPLY_FORGOTTEN);
    }

    @Test
    void aReplyThatDoesNotReachItsClientCountsAsTaken() throws Exception {
        childWrites("one\n");
        var broken = new FakeReceiver().breakingOff();
        CompletableFuture<Void> first = later(null, "1\n", WINDOW, LONG, broken);
        childReads();

        assertThat(first)
                .failsWithin(LONG)
                .withThrowableThat()
                .havingRootCause()
                .isInstanceOf(IOException.class);
        CompletableFuture<String> second = begun("2\n");
        childWrites("two\n");

        assertThat(second.get()).isEqualTo("two\n");
    }

    @Test
    void aSlowClientsReplyStaysInTheWindowUntilItIsDelivered() throws Exception {
        var received = new FakeReceiver();
        var mayReceive = new CountDownLatch(1);
        CompletableFuture<Void> slow = later(null, "1\n", WINDOW, LONG, new Receiver() {
            @Override
            public boolean isGone() {
                return false;
            }

            @Override
            public void receive(OutputSlice slice) throws IOException {
                try {
                    mayReceive.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                received.receive(slice);
            }
        });
        childReads();
        CompletableFuture<String> fast = begun("2\n");
        childWrites("one\ntwo\n");
        assertThat(fast.get()).isEqualTo("two\n");
        childWrites("x".repeat(WINDOW - 8));

        assertThat(window.isFull()).isTrue();
        mayReceive.countDown();
        slow.get();

        assertThat(received.got()).isEqualTo("one\n");
        assertThat(window.status().cursor()).isEqualTo(8);
    }

    @Test
    void aClientThatIsGoneGivesItsPlaceUp() throws Exception {
        var gone = new FakeReceiver();
        CompletableFuture<Void> first = later(null, "1\n", WINDOW, LONG, gone);
        childReads();
        CompletableFuture<String> second = begun("2\n");
        gone.go();
        assertFailsWith(first, Reason.CLIENT_GONE);

        childWrites("one\ntwo\n");

        assertThat(second.get()).isEqualTo("two\n");
    }

    @Test
    void whoeverCannotWriteLeavesThePipeline() throws Exception {
        input.end();

        assertFailsWith(later(null, "1\n", WINDOW, LONG), Reason.INPUT_CLOSED);

        assertThat(reader.turn().isTaken()).isFalse();
        assertThat(writer.turn().isTaken()).isFalse();
    }

    @Test
    void nobodyEverGetsAnothersReply() throws Exception {
        Thread child = new Thread(this::echoWithPauses);
        child.start();
        List<CompletableFuture<Integer>> clients = new ArrayList<>();
        for (int client = 0; client < 8; client++) {
            int number = client;
            clients.add(Later.get(() -> converse(number)));
        }

        int answered = 0;
        for (CompletableFuture<Integer> client : clients) {
            answered += client.get();
        }

        assertThat(answered).isPositive();
        input.refuse(PipeException::sessionClosed);
        child.join();
    }

    private void echoWithPauses() {
        var random = new Random(1);
        try {
            for (Chunk chunk = input.take(); chunk != null; chunk = input.take()) {
                int split = random.nextInt(chunk.length() + 1);
                window.append(chunk.bytes(), 0, split);
                if (random.nextInt(20) == 0) {
                    Thread.sleep(random.nextInt(20));
                }
                window.append(chunk.bytes(), split, chunk.length() - split);
                input.free(chunk);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Some are patient and some are not; returns how many replies came in time, each of which must be the client's own. */
    private int converse(int client) {
        var random = new Random(client);
        int answered = 0;
        for (int i = 0; i < 200; i++) {
            String message = client + ":" + i + "\n";
            var receiver = new FakeReceiver();
            try {
                exchange(null, message, WINDOW, random.nextBoolean() ? LONG : Duration.ofMillis(5), receiver);
                assertThat(receiver.got()).isEqualTo(message);
                answered++;
            } catch (PipeException e) {
                assertThat(e.reason()).isEqualTo(Reason.REPLY_TIMEOUT);
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        return answered;
    }
}
