package io.piperelay.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.Later;
import io.piperelay.child.MisbehavingChild;
import io.piperelay.platform.ExitStatus;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class ObservationTests {

    private static final int WINDOW = 16;
    private static final Duration REST = Duration.ofMillis(200);

    private final OutputLog log = OutputLog.of("s", null, new WindowSettings(WINDOW, WINDOW, false));
    private final ChildExit exit = new ChildExit();
    private final Observation observation = new Observation("s", log, exit, new ArrivalOrder.Position(0, 0), REST);

    private void writes(StandardStream source, String text) throws InterruptedException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        log.window(source).append(bytes, 0, bytes.length);
    }

    /** What the observer gets next, such as {@code output 0 abc}; null if nothing. */
    private @Nullable String next() throws InterruptedException {
        return shown(observation);
    }

    private static @Nullable String shown(Observation observer) throws InterruptedException {
        PipeEvent event = observer.next(new Deadline(Duration.ZERO, () -> false));
        if (event instanceof PipeEvent.Bytes bytes) {
            OutputSlice slice = bytes.slice();
            return bytes.stream() + " " + slice.offset() + " "
                    + new String(OutputWindowTests.bytes(slice), StandardCharsets.UTF_8);
        }
        if (event instanceof PipeEvent.Gap gap) {
            return gap.stream() + " gap " + gap.offset() + "-" + gap.next();
        }
        return event == null ? null : event.toString();
    }

    @Test
    void bothStreamsAreToldInTheirOrder() throws InterruptedException {
        writes(StandardStream.OUTPUT, "a");
        writes(StandardStream.ERRORS, "b");
        writes(StandardStream.OUTPUT, "cd");

        assertThat(next()).isEqualTo("output 0 a");
        assertThat(next()).isEqualTo("errors 0 b");
        assertThat(next()).isEqualTo("output 1 cd");
        assertThat(next()).isNull();
    }

    @Test
    void observingTakesNothing() throws InterruptedException {
        writes(StandardStream.OUTPUT, "abc");

        assertThat(next()).isEqualTo("output 0 abc");

        assertThat(log.output().status().cursor()).isZero();
        assertThat(log.output().isExhausted()).isFalse();
    }

    @Test
    void whoeverFallsBehindIsToldWhatIsMissing() throws InterruptedException {
        writes(StandardStream.OUTPUT, "0123456789");
        log.output().acknowledge(10);
        writes(StandardStream.ERRORS, "x".repeat(WINDOW + 3));
        writes(StandardStream.OUTPUT, "abcdefghij");

        assertThat(next()).isEqualTo("output gap 0-4");
        assertThat(next()).isEqualTo("output 4 456789");
        assertThat(next()).isEqualTo("errors gap 0-3");
        assertThat(next()).isEqualTo("errors 3 " + "x".repeat(WINDOW));
        assertThat(next()).isEqualTo("output 10 abcdefghij");
    }

    private static final byte[] CUT = "x\u4e2dy".getBytes(StandardCharsets.UTF_8);

    @Test
    void aCharacterWaitsForItsRest() throws Exception {
        log.output().append(CUT, 0, 3);
        assertThat(next()).isEqualTo("output 0 x");

        CompletableFuture<Void> rest = CompletableFuture.runAsync(
                () -> append(new byte[] {CUT[3], CUT[4]}),
                CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS));

        assertThat(next()).isEqualTo("output 1 \u4e2dy");
        rest.get();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00e9", "\u4e2d", "\uD83D\uDE00"})
    void aCharacterThatComesByteByByteIsToldWhole(String character) throws Exception {
        byte[] bytes = character.getBytes(StandardCharsets.UTF_8);
        var patient = new Observation("s", log, exit, new ArrivalOrder.Position(0, 0), Duration.ofSeconds(50));
        CompletableFuture<PipeEvent> told = Later.get(() -> awaitNext(patient));

        for (byte one : bytes) {
            append(new byte[] {one});
            TimeUnit.MILLISECONDS.sleep(3); // As the child does, so that the observer sees each byte arrive.
        }

        assertThat(told.get())
                .isInstanceOfSatisfying(
                        PipeEvent.Bytes.class,
                        event -> assertThat(OutputWindowTests.bytes(event.slice()))
                                .isEqualTo(bytes));
    }

    private static PipeEvent awaitNext(Observation observation) {
        try {
            PipeEvent event = observation.next(new Deadline(Duration.ofSeconds(50), () -> false));
            return Objects.requireNonNull(event);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Each of its bytes arrives in time for the previous one, but the last too late for the first. */
    @Test
    void aCharacterIsNotWaitedForAnyLongerBecauseSomeOfItComes() throws Exception {
        byte[] smile = "\uD83D\uDE00".getBytes(StandardCharsets.UTF_8);
        var hasty = new Observation("s", log, exit, new ArrivalOrder.Position(0, 0), Duration.ofMillis(300));
        CompletableFuture<Void> child = Later.run(() -> {
            for (byte one : smile) {
                append(new byte[] {one});
                await().pollDelay(Duration.ofMillis(200)).until(() -> true);
            }
        });

        PipeEvent first = awaitNext(hasty);

        assertThat(((PipeEvent.Bytes) first).slice().length()).isLessThan(smile.length);
        child.get();
    }

    /** Otherwise what arrived in between could not be sent in order. */
    @Test
    void aCharacterIsNotWaitedForAcrossBytesOfTheOtherStream() throws Exception {
        var patient = new Observation("s", log, exit, new ArrivalOrder.Position(0, 0), Duration.ofSeconds(50));
        log.output().append(CUT, 0, 2);
        writes(StandardStream.ERRORS, "e");
        append(new byte[] {CUT[2], CUT[3]});

        assertThat(awaitNext(patient)).satisfies(event -> assertTold(event, 1, StandardStream.OUTPUT));
        assertThat(awaitNext(patient)).satisfies(event -> assertTold(event, 1, StandardStream.OUTPUT));
        assertThat(awaitNext(patient)).satisfies(event -> assertTold(event, 1, StandardStream.ERRORS));
        assertThat(awaitNext(patient)).satisfies(event -> assertTold(event, 2, StandardStream.OUTPUT));
    }

    private static void assertTold(PipeEvent event, int length, StandardStream source) {
        assertThat(((PipeEvent.Bytes) event).slice().length()).isEqualTo(length);
        assertThat(((PipeEvent.Bytes) event).stream()).isEqualTo(source);
    }

    @Test
    void aCharacterWhoseRestDoesNotComeIsToldInPartsAndTheTextBehindItAsText() throws InterruptedException {
        log.output().append(CUT, 0, 3);

        assertThat(next()).isEqualTo("output 0 x");
        assertThat(next()).isEqualTo("output 1 \uFFFD");

        append(new byte[] {CUT[3], CUT[4]});
        assertThat(next()).isEqualTo("output 3 \uFFFD");
        assertThat(next()).isEqualTo("output 4 y");
    }

    private void append(byte[] bytes) {
        try {
            log.output().append(bytes, 0, bytes.length);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theExitIsToldLast() throws InterruptedException {
        writes(StandardStream.OUTPUT, "bye");
        exit.happened(new ExitStatus(3, null));
        log.output().end();
        log.errors().end();

        assertThat(next()).isEqualTo("output 0 bye");
        assertThat(next()).isNull();
        log.arrivals().end();
        assertThat(next()).startsWith("Exit[session=s, exitCode=3, signal=null, exitedAt=2");
    }

    @Test
    void whatIsHeldIsToldEvenAfterTheSessionWasClosed() throws InterruptedException {
        writes(StandardStream.OUTPUT, "bye");
        log.close();

        assertThat(next()).isEqualTo("output 0 bye");
        assertThat(next()).startsWith("Exit[session=s, exitCode=null");
    }

    /** Whatever readers take at their own speed, and whatever is dropped, the observer never gets a wrong byte. */
    @Test
    void everyByteOfAFloodIsRightOrMissing() throws Exception {
        int total = 200_000;
        var small = OutputLog.of("s", null, new WindowSettings(WINDOW, WINDOW, true));
        var observer = new Observation("s", small, exit, new ArrivalOrder.Position(0, 0), REST);
        CompletableFuture<Void> flood = Later.run(() -> flood(small, total));
        long expected = 0;
        long seen = 0;
        PipeEvent event = null;
        while (!(event instanceof PipeEvent.Exit)) {
            event = observer.next(new Deadline(Duration.ofSeconds(30), () -> false));
            if (event instanceof PipeEvent.Gap gap) {
                assertThat(gap.offset()).isEqualTo(expected);
                expected = gap.next();
            } else if (event instanceof PipeEvent.Bytes bytes) {
                assertThat(bytes.slice().offset()).isEqualTo(expected);
                for (byte value : OutputWindowTests.bytes(bytes.slice())) {
                    assertThat(value).isEqualTo(MisbehavingChild.floodByte(expected++));
                    seen++;
                }
            }
        }
        flood.get();
        assertThat(expected).isEqualTo(total);
        assertThat(seen).isPositive();
    }

    private static void flood(OutputLog log, int total) {
        var random = new Random(1);
        try {
            for (int position = 0; position < total; ) {
                int length = Math.min(total - position, 1 + random.nextInt(2 * WINDOW));
                log.output().append(MisbehavingChild.floodBytes(position, length), 0, length);
                position += length;
            }
            log.close();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    // Taking

    private OutputReader reader() {
        var intake = new OutputIntake(InputStream.nullInputStream(), log.output(), null);
        return new OutputReader(log.output(), intake, exit, DeliveryBudget.ofTheHeap());
    }

    @Test
    void whoTakesLeavesNothingToOthersAndIsToldOfTheErrors() throws InterruptedException {
        OutputReader reader = reader();
        var taking = new Observation("s", log, exit, new ArrivalOrder.Position(0, 0), REST, reader);
        writes(StandardStream.OUTPUT, "ab");
        writes(StandardStream.ERRORS, "x");
        writes(StandardStream.OUTPUT, "cd");

        assertThat(shown(taking)).isEqualTo("output 0 ab");
        assertThat(log.output().status().cursor()).isEqualTo(2);
        assertThat(shown(taking)).isEqualTo("errors 0 x");
        assertThat(log.output().takeNow(new byte[1]).length()).isOne(); // Somebody else's.
        assertThat(shown(taking)).isEqualTo("output 3 d");
        assertThat(reader.turn().isTaken()).isFalse();
        writes(StandardStream.OUTPUT, "e");
        assertThat(log.output().takeNow(new byte[1]).length()).isOne();
        assertThat(shown(taking)).isNull();
        assertThat(reader.deliveries()).isEqualTo(2);
    }

    @Test
    void whoHasGoneTakesNothing() throws InterruptedException {
        var taking = new Observation("s", log, exit, new ArrivalOrder.Position(0, 0), REST, reader());
        writes(StandardStream.OUTPUT, "ab");
        assertThat(taking.next(new Deadline(REST, () -> true))).isNull();
        assertThat(log.output().status().cursor()).isZero();
    }

    @Test
    void whoHasTheTurnIsNotTakenFrom() throws InterruptedException {
        OutputReader reader = reader();
        var taking = new Observation("s", log, exit, new ArrivalOrder.Position(0, 0), REST, reader);
        writes(StandardStream.OUTPUT, "ab");
        assertThat(reader.turn().tryBegin()).isTrue();
        assertThat(shown(taking)).isNull();
        reader.turn().end();
        assertThat(shown(taking)).isEqualTo("output 0 ab");
    }
}
