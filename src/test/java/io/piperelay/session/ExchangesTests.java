package io.piperelay.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.piperelay.Later;
import io.piperelay.session.PipeException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** {@link Exchanges}, with the test as the child: it takes the input and writes the replies. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class ExchangesTests {

    private static final int WINDOW = 64;
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final Duration NO_TIME = Duration.ZERO;

    private final InputSlot input = new InputSlot(null);
    private final InputWriter writer = new InputWriter("s", input);
    private final OutputWindow window = new OutputWindow("s", null, WINDOW, false, (start, end) -> {});
    private final DeliveryBudget budget = DeliveryBudget.ofTheHeap();
    private final OutputReader reader = reader(window, budget);
    private final Exchanges exchanges = exchanges(window, reader, budget);
    private final ByteArrayOutputStream child = new ByteArrayOutputStream();

    private static OutputReader reader(OutputWindow read, DeliveryBudget share) {
        var intake = new OutputIntake(InputStream.nullInputStream(), read, null);
        return new OutputReader(read, intake, new ChildExit(), share);
    }

    private Exchanges exchanges(OutputWindow output, OutputReader read, DeliveryBudget share) {
        var log = new ExchangeLog();
        var turns = new ExchangeTurns(writer.turn(), read.turn());
        return new Exchanges(turns, new ExchangeWriter("s", input, writer, output, log), output, read, share, log);
    }

    @AfterEach
    void end() {
        input.refuse(PipeException::sessionClosed);
        window.close();
    }

    private void exchange(@Nullable Long offset, String message, Duration timeout, FakeReceiver client)
            throws Exception {
        byte[] body = message.getBytes(StandardCharsets.US_ASCII);
        exchange(offset, message(body), timeout, client);
    }

    private void exchange(@Nullable Long offset, ChunkedBody message, Duration timeout, FakeReceiver client)
            throws Exception {
        var read = new ReadRequest(null, Ending.LINE, WINDOW, timeout);
        exchanges.exchange(new WriteRequest(offset, false, timeout), message, read, client);
    }

    private static ChunkedBody message(byte[] body) {
        return new ChunkedBody(new ByteArrayInputStream(body), body.length, new byte[0], Long.MAX_VALUE, () -> false);
    }

    private CompletableFuture<FakeReceiver> later(@Nullable Long offset, String message) {
        var client = new FakeReceiver();
        return Later.get(() -> {
            try {
                exchange(offset, message, LONG, client);
                return client;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    /** The child reads what there is for it. */
    private void childReads() throws Exception {
        var chunk = Objects.requireNonNull(input.take());
        child.write(chunk.bytes(), 0, chunk.length());
        input.free(chunk);
    }

    private void childWrites(String text) throws Exception {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        assertThat(window.append(bytes, 0, bytes.length)).isTrue();
    }

    private void awaitAccepted(long offset) {
        await().until(() -> input.offset() == offset);
    }

    @Test
    void aRepetitionGetsTheReplyAgainAndItIsTakenOnce() throws Exception {
        CompletableFuture<FakeReceiver> first = later(0L, "ask");
        childReads();
        childWrites("reply\nmore");
        assertThat(first.join().got()).isEqualTo("reply\n");

        var again = new FakeReceiver();
        exchange(0L, "ask", NO_TIME, again);

        assertThat(again.got()).isEqualTo("reply\n");
        assertThat(again.accepted()).isEqualTo(first.join().accepted()).containsExactly(new WriteResult("s", 0, 3, 3));
        assertThat(window.status().cursor()).isEqualTo(6);
        assertThat(child.toString(StandardCharsets.US_ASCII)).isEqualTo("ask");
    }

    @Test
    void allThatWaitForOneReplyGetIt() throws Exception {
        List<CompletableFuture<FakeReceiver>> all = new ArrayList<>();
        all.add(later(0L, "ask"));
        awaitAccepted(3);
        childReads();
        for (int i = 0; i < 3; i++) {
            all.add(later(0L, "ask"));
        }
        await().during(Duration.ofMillis(100)).until(() -> all.stream().noneMatch(CompletableFuture::isDone));

        childWrites("reply\n");

        assertThat(all).extracting(client -> client.join().got()).containsOnly("reply\n");
        assertThat(window.status().cursor()).isEqualTo(6);
    }

    @Test
    void aReplyThatDidNotReachItsClientIsNobodyElses() throws Exception {
        childLetsAMessageFail(0L);

        assertThat(window.status().cursor()).as("taken all the same").isEqualTo(6);
        CompletableFuture<FakeReceiver> next = later(3L, "next");
        awaitAccepted(7);
        childWrites("other\n");
        assertThat(next.join().got()).isEqualTo("other\n");
        var again = new FakeReceiver();
        exchange(0L, "ask", NO_TIME, again);
        assertThat(again.got()).isEqualTo("reply\n");
    }

    @Test
    void aReplyThatCannotBeAskedForAgainStaysUnread() throws Exception {
        childLetsAMessageFail(null);

        assertThat(window.status().cursor()).isZero();
        var again = new FakeReceiver();
        exchange(0L, "ask", NO_TIME, again);
        assertThat(again.got()).as("by one who has learned the offset").isEqualTo("reply\n");
        assertThat(window.status().cursor()).isEqualTo(6);
    }

    private void childLetsAMessageFail(@Nullable Long offset) throws Exception {
        childWrites("reply\n");
        var broken = new FakeReceiver().breakingOff();
        assertThatIOException().isThrownBy(() -> exchange(offset, "ask", LONG, broken));
        childReads();
    }

    @Test
    void oneWithAnOffsetKeepsTheTurnForAClientThatHasGone() throws Exception {
        var gone = new FakeReceiver();
        CompletableFuture<Void> first = Later.run(() -> {
            try {
                exchange(0L, "ask", LONG, gone);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        awaitAccepted(3);
        childReads();
        gone.go();
        CompletableFuture<FakeReceiver> next = later(3L, "next");
        await().during(Duration.ofMillis(100)).until(() -> input.offset() == 3);

        childWrites("reply\n");
        awaitAccepted(7);
        childWrites("other\n");

        assertThat(next.join().got()).isEqualTo("other\n");
        first.join();
        assertThat(window.status().cursor()).isEqualTo(12);
    }

    @Test
    void oneWithoutAnOffsetGivesUpWhenItsClientHasGone() {
        var client = new FakeReceiver();
        client.go();

        assertThatExceptionOfType(PipeException.class)
                .isThrownBy(() -> exchange(null, "ask", LONG, client))
                .returns(Reason.CLIENT_GONE, PipeException::reason);
    }

    @Test
    void afterATimeoutTheRepetitionWaitsAtTheSamePlace() throws Exception {
        childWrites("unread ");
        window.acknowledge(7);
        assertThatExceptionOfType(PipeException.class)
                .isThrownBy(() -> exchange(0L, "ask", NO_TIME, new FakeReceiver()))
                .returns(Reason.REPLY_TIMEOUT, PipeException::reason)
                .satisfies(late -> assertThat(late.data())
                        .containsEntry("offset", 7L)
                        .containsEntry("written", 3L)
                        .containsEntry("next", 3L));
        childReads();
        CompletableFuture<FakeReceiver> again = later(0L, "ask");
        await().during(Duration.ofMillis(50)).until(() -> !again.isDone());

        childWrites("reply\n");

        assertThat(again.join().got()).isEqualTo("reply\n");
        assertThat(window.status().cursor()).isEqualTo(13);
    }

    @Test
    void onlyTheRestOfAMessageThatWasBegunIsWritten() throws Exception {
        byte[] body = new byte[150_000];
        Arrays.fill(body, (byte) 'b');
        begin(body);
        assertThat(input.offset()).isEqualTo(65_536);

        new Thread(new InputPump(input, child, new ChildExit(), new SessionLog("s", "c", 1))).start();
        childWrites("reply\n");
        var again = new FakeReceiver();
        exchange(0L, message(body), LONG, again);

        assertThat(again.got()).isEqualTo("reply\n");
        await().until(() -> child.size() == body.length);
        assertThat(input.offset()).isEqualTo(body.length);
    }

    @Test
    void aMessageIntoWhichSomebodyElseHasWrittenHasNoReply() throws Exception {
        byte[] body = new byte[150_000];
        begin(body);
        childReads();
        writer.write(new WriteRequest(null, false, LONG), message(new byte[1]));

        assertThatExceptionOfType(PipeException.class)
                .isThrownBy(() -> exchange(0L, message(body), LONG, new FakeReceiver()))
                .returns(Reason.OFFSET_TAKEN, PipeException::reason)
                .satisfies(taken -> assertThat(taken.data()).containsEntry("offset", 65_537L));
    }

    private void begin(byte[] body) {
        assertThatExceptionOfType(PipeException.PipeFull.class)
                .isThrownBy(() -> exchange(0L, message(body), Duration.ofMillis(50), new FakeReceiver()));
    }

    @Test
    void whatCannotGetOutIsRefusedAndNotWritten() throws Exception {
        childWrites("x".repeat(WINDOW));

        assertThatExceptionOfType(PipeException.class)
                .isThrownBy(() -> exchange(null, "ask", LONG, new FakeReceiver()))
                .returns(Reason.WINDOW_FULL, PipeException::reason)
                .satisfies(full -> assertThat(full.data()).containsEntry("limit", WINDOW));
        assertThat(input.offset()).isZero();
    }

    @Test
    void aChildThatWaitsForTheWindowIsNotWaitedFor() throws Exception {
        byte[] body = new byte[150_000];
        CompletableFuture<Void> flood = Later.run(() -> {
            awaitAccepted(65_536);
            try {
                childWrites("x".repeat(WINDOW));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });

        assertThatExceptionOfType(PipeException.class)
                .isThrownBy(() -> exchange(null, message(body), LONG, new FakeReceiver()))
                .returns(Reason.EXCHANGE_TOO_LARGE, PipeException::reason)
                .satisfies(large -> assertThat(large.data())
                        .containsEntry("limit", WINDOW)
                        .containsEntry("written", 65_536L)
                        .containsEntry("next", 65_536L));
        flood.join();
    }

    /** Otherwise a client that tries again, as it is told to, would write its message twice. */
    @Test
    void whoGetsNoRoomForAReplyLearnsThatHisMessageIsWritten() throws Exception {
        var noRoom = new DeliveryBudget(WINDOW);
        var dropping = new OutputWindow("s", null, WINDOW, true, (start, end) -> {});
        var others = exchanges(dropping, reader(dropping, noRoom), noRoom);
        try (DeliveryBudget.Share taken = noRoom.share()) {
            assertThat(taken.grow(WINDOW, new Deadline(NO_TIME, () -> false))).isTrue();
            byte[] reply = "reply\n".getBytes(StandardCharsets.US_ASCII);
            dropping.append(reply, 0, reply.length);
            var write = new WriteRequest(null, false, NO_TIME);
            var read = new ReadRequest(null, Ending.LINE, 16, NO_TIME);

            assertThatExceptionOfType(PipeException.TooManyDeliveries.class)
                    .isThrownBy(() -> others.exchange(write, message(new byte[3]), read, new FakeReceiver()))
                    .satisfies(e ->
                            assertThat(e.data()).containsEntry("written", 3L).containsEntry("next", 3L));
        }
    }
}
