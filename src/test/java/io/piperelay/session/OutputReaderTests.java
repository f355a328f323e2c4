package io.piperelay.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.piperelay.Later;
import io.piperelay.bytes.Delimiter;
import io.piperelay.platform.ExitStatus;
import io.piperelay.session.PipeException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class OutputReaderTests {

    private static final int WINDOW = 16;
    private static final Duration LONG = Duration.ofSeconds(50);

    private final OutputWindow window = new OutputWindow("s", null, WINDOW, false, (start, end) -> {});
    private final ChildExit exit = new ChildExit();
    private final OutputReader reader = readerOf(window);
    private final FakeReceiver receiver = new FakeReceiver();

    private OutputReader readerOf(OutputWindow read) {
        return new OutputReader(
                read, new OutputIntake(InputStream.nullInputStream(), read, null), exit, DeliveryBudget.ofTheHeap());
    }

    private static void append(OutputWindow window, String text) throws InterruptedException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        assertThat(window.append(bytes, 0, bytes.length)).isTrue();
    }

    private static ReadRequest request(@Nullable Long offset, Duration timeout) {
        return new ReadRequest(offset, Ending.ANY_BYTE, WINDOW, timeout);
    }

    private boolean read(@Nullable Long offset, FakeReceiver by) throws Exception {
        return reader.read(request(offset, Duration.ZERO), by);
    }

    private CompletableFuture<FakeReceiver> later(ReadRequest request, FakeReceiver by) {
        return Later.get(() -> {
            try {
                assertThat(reader.read(request, by)).isTrue();
                return by;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void whatWasDeliveredIsTaken() throws Exception {
        append(window, "abc");

        assertThat(read(null, receiver)).isTrue();

        assertThat(receiver.got()).isEqualTo("abc");
        assertThat(window.status().cursor()).isEqualTo(3);
        assertThat(read(null, receiver)).as("nothing more in time").isFalse();
    }

    @Test
    void whatDidNotReachItsReceiverIsNot() throws Exception {
        append(window, "abc");

        assertThatIOException().isThrownBy(() -> read(null, new FakeReceiver().breakingOff()));
        receiver.go();
        assertThat(read(null, receiver)).isFalse();

        assertThat(receiver.got()).isEmpty();
        assertThat(window.status().cursor()).isZero();
    }

    @Test
    void anOffsetAcknowledgesWhatIsBeforeAndTakesNothing() throws Exception {
        append(window, "abcdef");

        assertThat(read(2L, receiver)).isTrue();

        assertThat(receiver.got()).isEqualTo("cdef");
        assertThat(window.status().cursor()).isEqualTo(2);
    }

    @Test
    void readersHaveTheirTurnsInTheOrderTheyCame() throws Exception {
        var line = new ReadRequest(null, Ending.LINE, WINDOW, LONG);
        CompletableFuture<FakeReceiver> first = later(line, new FakeReceiver());
        await().until(() -> reader.turn().isTaken());
        CompletableFuture<FakeReceiver> second = later(line, new FakeReceiver());
        await().until(() -> reader.turn().isAwaited());

        append(window, "one\ntwo\n");

        assertThat(first.get().got()).isEqualTo("one\n");
        assertThat(second.get().got()).isEqualTo("two\n");
    }

    private static ReadRequest untilSilent(Duration quiet, int max, Duration timeout, Delimiter... until) {
        return new ReadRequest(null, new Ending(List.of(until), quiet, false), max, timeout);
    }

    @Test
    void aSilenceEndsWhatIsRead() throws Exception {
        CompletableFuture<FakeReceiver> waiting =
                later(untilSilent(Duration.ofMillis(100), WINDOW, LONG), new FakeReceiver());

        await().during(Duration.ofMillis(200)).until(() -> !waiting.isDone());
        append(window, "> ");

        assertThat(waiting.get().got())
                .as("a silence before the first byte does not count")
                .isEqualTo("> ");
    }

    @Test
    void aSilenceThatIsOverCounts() throws Exception {
        append(window, "> ");

        await().until(() -> reader.read(untilSilent(Duration.ofMillis(50), WINDOW, Duration.ZERO), receiver));

        assertThat(receiver.got()).isEqualTo("> ");
    }

    @Test
    void untilItIsSilentThatLongNothingIsTaken() throws Exception {
        append(window, "> ");

        assertThat(reader.read(untilSilent(LONG, WINDOW, Duration.ofMillis(50)), receiver))
                .isFalse();

        assertThat(window.status().cursor()).isZero();
    }

    @Test
    void whatComesBeforeTheSilenceEndsItToo() throws Exception {
        append(window, "a");
        CompletableFuture<FakeReceiver> line =
                later(untilSilent(LONG, WINDOW, LONG, Delimiter.CRLF, Delimiter.LF), new FakeReceiver());
        append(window, "b\r\nc");
        assertThat(line.get().got()).isEqualTo("ab\r\n");

        CompletableFuture<FakeReceiver> most = later(untilSilent(LONG, 3, LONG), new FakeReceiver());
        append(window, "de");
        assertThat(most.get().got()).isEqualTo("cde");
    }

    /** What the child wrote before, unasked, would otherwise be the whole reply to whatever it is asked. */
    @Test
    void theSilenceBeforeAMessageIsNotThatOfItsReply() throws Exception {
        append(window, "> ");
        await().until(() -> silentFor(Duration.ofMillis(100)));

        assertThat(awaitReply(untilSilent(Duration.ofMillis(100), WINDOW, Duration.ZERO)))
                .isEmpty();
        assertThat(awaitReply(untilSilent(Duration.ofMillis(100), WINDOW, LONG)))
                .isEqualTo("> ");
    }

    private boolean silentFor(Duration time) {
        return Objects.requireNonNull(window.status().silentSince()).plus(time).isBefore(Instant.now());
    }

    private String awaitReply(ReadRequest request) throws Exception {
        OutputSlice reply = reader.awaitReply(0, request, new Deadline(request.timeout(), () -> false));
        var text = new ByteArrayOutputStream();
        reply.writeTo(text);
        return text.toString(StandardCharsets.US_ASCII);
    }

    @Test
    void oneWithAnOffsetDoesNotWaitForTheTurn() throws Exception {
        append(window, "abc");
        CompletableFuture<FakeReceiver> waiting =
                later(new ReadRequest(null, Ending.LINE, WINDOW, LONG), new FakeReceiver());
        await().until(() -> reader.turn().isTaken());

        assertThat(read(0L, receiver)).isTrue();

        assertThat(receiver.got()).isEqualTo("abc");
        append(window, "\n");
        assertThat(waiting.get().got()).isEqualTo("abc\n");
    }

    @Test
    void theEndOfTheOutputComesWithTheExitCode() throws Exception {
        append(window, "bye");
        window.end();
        exit.happened(new ExitStatus(3, null));
        assertThat(read(null, receiver)).isTrue();

        assertThatExceptionOfType(PipeException.class)
                .isThrownBy(() -> read(null, receiver))
                .returns(Reason.END_OF_OUTPUT, PipeException::reason)
                .satisfies(end -> assertThat(end.data()).containsEntry("exitCode", 3));
        assertThatExceptionOfType(PipeException.class)
                .isThrownBy(() -> reader.stream(receiver))
                .returns(Reason.END_OF_OUTPUT, PipeException::reason);
    }

    private CompletableFuture<FakeReceiver> streamLater(OutputReader from) {
        return Later.get(() -> {
            try {
                from.stream(receiver);
                return receiver;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void aStreamDeliversAllThatComesUntilTheEnd() throws Exception {
        append(window, "ab");
        window.acknowledge(1);
        CompletableFuture<FakeReceiver> stream = streamLater(reader);
        await().until(() -> receiver.got().equals("b"));
        append(window, "cd");
        await().until(() -> receiver.got().equals("bcd"));

        window.end();

        assertThat(stream).succeedsWithin(LONG);
        assertThat(receiver.openedAt()).isEqualTo(1);
    }

    @Test
    void aStreamEndsWhenItsReceiverGoes() throws Exception {
        CompletableFuture<FakeReceiver> stream = streamLater(reader);
        await().until(() -> receiver.openedAt() == 0);

        receiver.go();

        assertThat(stream).succeedsWithin(Duration.ofSeconds(30));
    }

    @Test
    void aStreamThatIsCutOffDoesNotLookAsIfItHadEnded() {
        CompletableFuture<FakeReceiver> stream = streamLater(reader);
        await().until(() -> receiver.openedAt() == 0);

        window.cutOff();

        assertThat(stream)
                .failsWithin(LONG)
                .withThrowableThat()
                .havingRootCause()
                .isInstanceOf(PipeException.SessionClosed.class);
    }

    /** The window drops what a stream should have delivered, while others have the turn. */
    @Test
    @SuppressWarnings("LockNotBeforeTry") // If the test fails in between, no thread is left waiting.
    void aStreamThatMissesBytesSaysSo() throws Exception {
        var dropping = new OutputWindow("s", null, WINDOW, true, (start, end) -> {});
        OutputReader others = readerOf(dropping);
        CompletableFuture<FakeReceiver> stream;
        assertThat(others.turn().tryBegin()).isTrue();
        try {
            stream = streamLater(others);
            await().until(() -> receiver.openedAt() == 0);
            append(dropping, "x".repeat(WINDOW + 4));
        } finally {
            others.turn().end();
        }

        assertThat(stream)
                .failsWithin(LONG)
                .withThrowableThat()
                .havingRootCause()
                .isInstanceOfSatisfying(
                        PipeException.class, missed -> assertThat(missed.data()).containsEntry("oldest", 4L));
    }
}
