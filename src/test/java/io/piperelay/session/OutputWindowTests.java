package io.piperelay.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.piperelay.Later;
import io.piperelay.bytes.Delimiter;
import io.piperelay.session.PipeException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class OutputWindowTests {

    private static final int CAPACITY = 16;
    private static final int LARGE = 32 * 1024 * 1024;
    private static final DeliveryBudget BUDGET = new DeliveryBudget(1L << 30);

    private final OutputWindow window = new OutputWindow("s", null, CAPACITY, false, (start, end) -> {});
    private final OutputWindow dropping = new OutputWindow("s", null, CAPACITY, true, (start, end) -> {});

    private static void append(OutputWindow window, String text) throws InterruptedException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        assertThat(window.append(bytes, 0, bytes.length)).isTrue();
    }

    private static OutputSlice look(OutputWindow window, int max, @Nullable String until) throws InterruptedException {
        return look(window, max, until, BUDGET);
    }

    private static OutputSlice look(OutputWindow window, int max, @Nullable String until, DeliveryBudget budget)
            throws InterruptedException {
        Ending ending = until == null ? Ending.ANY_BYTE : new Ending(List.of(Delimiter.of(until)), null, false);
        return waitFor(window, new ReadRequest(null, ending, max, Duration.ZERO), () -> false, budget);
    }

    private static OutputSlice waitFor(
            OutputWindow window, ReadRequest request, BooleanSupplier gone, DeliveryBudget budget)
            throws InterruptedException {
        var deadline = new Deadline(request.timeout(), gone);
        return OutputWait.of(window, request.offset(), false, null, request, deadline, budget.share())
                .bytes();
    }

    private static ReadRequest aByteInTime() {
        return new ReadRequest(null, Ending.ANY_BYTE, 1, Duration.ofSeconds(50));
    }

    private static String text(OutputSlice slice) {
        return new String(bytes(slice), StandardCharsets.US_ASCII);
    }

    static byte[] bytes(OutputSlice slice) {
        var bytes = new ByteArrayOutputStream();
        try {
            slice.writeTo(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private static String take(OutputWindow window, int max, @Nullable String until) throws InterruptedException {
        OutputSlice slice = look(window, max, until);
        String text = text(slice);
        window.take(slice);
        return text;
    }

    @Test
    void outputThatHasEndedIsNotSilent() {
        long moment = System.nanoTime();
        assertThat(window.isSilentSince(moment)).isTrue();

        window.end();

        assertThat(window.isSilentSince(moment)).isFalse();
    }

    @Test
    void outputIsNotSilentAfterBytesHaveArrived() throws InterruptedException {
        long moment = System.nanoTime() - 1;
        append(window, "a");
        assertThat(window.isSilentSince(moment)).isFalse();
        assertThat(window.isSilentSince(System.nanoTime())).isTrue();
    }

    @Test
    void lookingTakesNothing() throws InterruptedException {
        append(window, "abc");

        assertThat(text(look(window, 10, null))).isEqualTo("abc");
        assertThat(text(look(window, 2, null))).isEqualTo("ab");
        assertThat(window.status().cursor()).isZero();
    }

    @Test
    void whatWasTakenStaysReadableUntilItsRoomIsNeeded() throws InterruptedException {
        append(window, "0123456789");
        take(window, 10, null);
        append(window, "abcdef");

        window.acknowledge(0);
        assertThat(text(look(window, 16, null))).isEqualTo("0123456789abcdef");

        window.acknowledge(10);
        append(window, "ghij");
        assertThat(window.status().oldest()).isEqualTo(4);
        assertThatExceptionOfType(PipeException.class)
                .isThrownBy(() -> window.acknowledge(3))
                .returns(Reason.OFFSET_GONE, PipeException::reason);
        window.acknowledge(4);
        assertThat(text(look(window, 16, null))).isEqualTo("456789abcdefghij");
    }

    @Test
    void nothingBehindTheEndCanBeAcknowledged() throws InterruptedException {
        append(window, "abc");
        window.acknowledge(3);

        assertThatExceptionOfType(PipeException.OffsetGap.class).isThrownBy(() -> window.acknowledge(4));
        assertThat(window.status().cursor()).isEqualTo(3);
    }

    @Test
    void acknowledgingBackTakesTheRoomAway() throws InterruptedException {
        append(window, "0123456789abcdef");
        take(window, 16, null);
        window.acknowledge(0);
        CompletableFuture<Boolean> writer = Later.get(() -> appendLater(window, "x"));

        await().during(Duration.ofMillis(100)).until(() -> !writer.isDone());
        window.acknowledge(1);

        assertThat(writer.join()).isTrue();
        assertThat(text(look(window, 16, null))).isEqualTo("123456789abcdefx");
    }

    @Test
    void theTimeForWhichBytesWaitForRoomIsAddedUpWhileTheyDoAndNotAfterwards() throws Exception {
        append(window, "x".repeat(CAPACITY));
        assertThat(window.blockedNanos()).isZero();

        CompletableFuture<Boolean> writer = Later.get(() -> appendLater(window, "y"));

        await().until(() -> window.blockedNanos() > 0);
        long before = window.blockedNanos();
        await().until(() -> window.blockedNanos() > before);
        take(window, 1, null);
        assertThat(writer.get()).isTrue();
        long after = window.blockedNanos();
        assertThat(after).isGreaterThan(before);
        append(dropping, "x".repeat(2 * CAPACITY));
        assertThat(window.blockedNanos()).isEqualTo(after);
        assertThat(dropping.blockedNanos()).isZero();
    }

    private static boolean appendLater(OutputWindow window, String text) {
        try {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            return window.append(bytes, 0, bytes.length);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theWriterWaitsForRoomAndIsWokenByClosing() {
        CompletableFuture<Boolean> writer = Later.get(() -> appendLater(window, "x".repeat(40)));
        await().until(() -> window.status().end() == CAPACITY);

        window.close();

        assertThat(writer.join()).isFalse();
        assertThatExceptionOfType(PipeException.SessionClosed.class).isThrownBy(() -> look(window, 1, null));
    }

    @Test
    void aWindowThatIsCutOffTakesNothingInAndGivesWhatItHolds() throws InterruptedException {
        CompletableFuture<Boolean> writer = Later.get(() -> appendLater(window, "x".repeat(40)));
        await().until(() -> window.status().end() == CAPACITY);

        window.cutOff();

        assertThat(writer.join()).isFalse();
        window.fail(new IOException("the pipe was closed under its reader"));
        assertThat(take(window, CAPACITY, "\n")).isEqualTo("x".repeat(CAPACITY));
        assertThatExceptionOfType(PipeException.SessionClosed.class).isThrownBy(() -> look(window, 1, null));
        assertThatExceptionOfType(PipeException.SessionClosed.class).isThrownBy(() -> look(window, 1, "\n"));
        window.acknowledge(3);
        assertThat(look(window, CAPACITY, null).length()).isEqualTo(CAPACITY - 3);
    }

    @Test
    void aWindowThatIsCutOffBehindTheLastByteHasEnded() throws InterruptedException {
        append(window, "all");
        window.end();
        window.cutOff();

        assertThat(take(window, CAPACITY, null)).isEqualTo("all");
        assertThat(look(window, 1, null).eof()).isTrue();
    }

    @Test
    void onlyAWindowThatMakesItsWriterWaitIsFull() throws InterruptedException {
        append(window, "x".repeat(CAPACITY - 1));
        assertThat(window.isFull()).isFalse();
        append(window, "x");
        assertThat(window.isFull()).isTrue();
        take(window, 1, null);
        assertThat(window.isFull()).isFalse();
        append(window, "x");
        window.end();
        assertThat(window.isFull()).as("nothing waits for room any more").isFalse();
        append(dropping, "x".repeat(CAPACITY));
        assertThat(dropping.isFull()).isFalse();
    }

    @Test
    void theOldestIsDroppedWhereTheWriterMustNotWait() throws InterruptedException {
        append(dropping, "0123456789");
        append(dropping, "abcdefghij");

        assertThat(dropping.status().oldest()).isEqualTo(4);
        assertThat(dropping.status().cursor()).isEqualTo(4);
        assertThat(take(dropping, 16, null)).isEqualTo("456789abcdefghij");
    }

    @Test
    void moreThanAWindowAtOnceLeavesItsEnd() throws InterruptedException {
        append(dropping, "0123456789".repeat(10));

        assertThat(dropping.status().end()).isEqualTo(100);
        assertThat(take(dropping, 16, null)).isEqualTo("4567890123456789");
    }

    @Test
    void bytesThatAreDroppedWhileTheyAreDeliveredAreDeliveredAllTheSameAndOnce() throws InterruptedException {
        append(dropping, "0123456789abcdef");
        OutputSlice slice = look(dropping, 8, null);
        append(dropping, "ghij");

        assertThat(text(slice)).isEqualTo("01234567");
        dropping.take(slice);

        assertThat(take(dropping, 16, null)).isEqualTo("89abcdefghij");
    }

    @Test
    void bytesThatWereAllDroppedMeanwhileDoNotMoveTheCursorBack() throws InterruptedException {
        append(dropping, "0123456789abcdef");
        OutputSlice slice = look(dropping, 4, null);
        append(dropping, "ghijklmn");

        dropping.take(slice);

        assertThat(take(dropping, 16, null)).isEqualTo("89abcdefghijklmn");
    }

    @Test
    void whoeverAcknowledgedMeanwhileIsBelieved() throws InterruptedException {
        append(window, "abcdef");
        OutputSlice slice = look(window, 3, null);
        window.acknowledge(1);

        window.take(slice);

        assertThat(window.status().cursor()).isEqualTo(1);
    }

    @Test
    void aDelimiterIsFoundAcrossTheRingsEnd() throws InterruptedException {
        for (int shift = 0; shift < CAPACITY; shift++) {
            append(window, "ab<end>cd");
            assertThat(take(window, 16, "<end>")).as("shift " + shift).isEqualTo("ab<end>");
            assertThat(take(window, 16, null)).isEqualTo("cd");
            append(window, "x".repeat(shift % 3));
            take(window, 16, null);
        }
    }

    @Test
    void aDelimiterThatOverlapsItselfIsFound() throws InterruptedException {
        append(window, "aaab");
        assertThat(take(window, 16, "aab")).isEqualTo("aaab");
        append(window, "aab");
        append(window, "aac");
        assertThat(take(window, 16, "aabaac")).isEqualTo("aabaac");
    }

    @Test
    void aMessageThatGoesOnIsNotDelivered() throws InterruptedException {
        append(window, "no end");

        assertThat(look(window, 16, "\n").isEmpty()).isTrue();
        assertThat(text(look(window, 3, "\n"))).isEqualTo("no ");
    }

    @Test
    void aFullWindowIsDeliveredWithoutItsDelimiter() throws InterruptedException {
        append(window, "0123456789abcdef");

        assertThat(take(window, 16, "\n")).isEqualTo("0123456789abcdef");
    }

    @Test
    void theEndDeliversWhatIsLeftAndSaysSo() throws InterruptedException {
        append(window, "last");
        window.end();

        OutputSlice first = look(window, 2, "\n");
        assertThat(first.eof()).isFalse();
        window.take(first);
        OutputSlice last = look(window, 16, "\n");
        assertThat(text(last)).isEqualTo("st");
        assertThat(last.eof()).isTrue();
        window.take(last);
        assertThat(look(window, 16, null)).matches(OutputSlice::isEmpty).matches(OutputSlice::eof);
    }

    @Test
    void aFailureShowsBehindWhatCameBefore() throws InterruptedException {
        append(window, "left");
        window.fail(new IOException("broken"));

        assertThat(take(window, 16, null)).isEqualTo("left");
        assertThatExceptionOfType(PipeException.class)
                .isThrownBy(() -> look(window, 16, null))
                .returns(Reason.READ_FAILED, PipeException::reason);
    }

    @Test
    void waitingReadersAreWokenByBytesByTheEndAndByClosing() throws InterruptedException {
        CompletableFuture<OutputSlice> reader = Later.get(() -> lookLater(window));
        append(window, "x");
        assertThat(reader.join().length()).isEqualTo(1);
        take(window, 1, null);

        reader = Later.get(() -> lookLater(window));
        window.end();
        assertThat(reader.join().eof()).isTrue();
    }

    private static OutputSlice lookLater(OutputWindow window) {
        try {
            return waitFor(window, aByteInTime(), () -> false, BUDGET);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aReaderThatIsGoneStopsWaitingBeforeItsTimeIsUp() throws InterruptedException {
        AtomicBoolean gone = new AtomicBoolean(true);

        OutputSlice nothing = waitFor(window, aByteInTime(), gone::get, BUDGET);

        assertThat(nothing.isEmpty()).isTrue();
    }

    /** Neither the writer nor a caller that asks for the status or closes waits for the whole duration of a search. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void othersHaveTheirTurnDuringALongSearch(boolean dropOldest) throws Exception {
        byte[] letters = "a".repeat(LARGE).getBytes(StandardCharsets.US_ASCII);
        var large = new OutputWindow("s", null, LARGE, dropOldest, (start, end) -> {});
        large.append(letters, 0, LARGE - 1);
        String sought = "a".repeat(1023) + "b";

        await().atMost(Duration.ofMinutes(2)).until(() -> {
            CompletableFuture<OutputSlice> search = Later.get(() -> lookNow(large, sought));
            int turns = 0;
            while (!search.isDone()) {
                turns += large.status().end() > 0 && !search.isDone() ? 1 : 0;
            }
            assertThat(search.get().isEmpty()).isTrue();
            return turns >= 3;
        });
    }

    private static OutputSlice lookNow(OutputWindow window, String until) {
        try {
            return look(window, LARGE, until);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void bytesOfAWindowThatDropsTakeTheirShareOfTheBudget() throws InterruptedException {
        var budget = new DeliveryBudget(12);
        append(dropping, "0123\n");
        DeliveryBudget.Share taken = budget.share();
        taken.grow(10, new Deadline(Duration.ZERO, () -> false));

        assertThatExceptionOfType(PipeException.TooManyDeliveries.class)
                .isThrownBy(() -> look(dropping, 10, null, budget));
        assertThatExceptionOfType(PipeException.TooManyDeliveries.class)
                .isThrownBy(() -> dropping.held(null, 10, budget.share()));
        taken.close();
        OutputSlice some = look(dropping, 10, null, budget);
        assertThat(text(some)).as("a quarter of it at most").isEqualTo("012");
        assertThat(text(dropping.held(2L, 10, budget.share()))).isEqualTo("23\n");
    }

    @Test
    void bytesThatStayInTheirWindowNeedNoShare() throws InterruptedException {
        append(window, "0123\n");

        OutputSlice all = look(window, 10, "\n", new DeliveryBudget(0));

        assertThat(text(all)).isEqualTo("0123\n");
    }

    /** One writer and one reader compared with plain byte arrays, with pieces of every size. */
    @Test
    void whateverTheSizesEveryByteComesThroughOnceInOrder() throws Exception {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            byte[] sent = new byte[20_000];
            random.nextBytes(sent);
            OutputWindow small = new OutputWindow("s", null, 1 + random.nextInt(50), false, (start, end) -> {});
            CompletableFuture<Void> writer = Later.run(() -> {
                Random sizes = new Random(sent[0]);
                for (int from = 0; from < sent.length; ) {
                    int length = Math.min(sent.length - from, 1 + sizes.nextInt(200));
                    try {
                        small.append(sent, from, length);
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    from += length;
                }
                small.end();
            });
            var received = new ByteArrayOutputStream();
            while (true) {
                OutputSlice slice = waitFor(
                        small,
                        new ReadRequest(null, Ending.ANY_BYTE, 1 + random.nextInt(60), Duration.ofSeconds(20)),
                        () -> false,
                        BUDGET);
                if (slice.isEmpty()) {
                    assertThat(slice.eof()).isTrue();
                    break;
                }
                assertThat(slice.offset()).isEqualTo(received.size());
                slice.writeTo(received);
                small.take(slice);
            }
            writer.join();
            assertThat(received.toByteArray()).as("seed " + seed).isEqualTo(sent);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theEndIsToldOnceAllWasTaken(boolean dropOldest) throws InterruptedException {
        var ended = new OutputWindow("s", null, CAPACITY, dropOldest, (start, end) -> {});
        append(ended, "last");
        ended.end();

        assertThat(take(ended, 10, null)).isEqualTo("last");
        assertThat(look(ended, 10, null)).satisfies(slice -> {
            assertThat(slice.isEmpty()).isTrue();
            assertThat(slice.eof()).isTrue();
        });
        assertThat(look(ended, 10, "\n").eof()).isTrue();
    }
}
