package io.piperelay.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.piperelay.Later;
import io.piperelay.bytes.Framing;
import io.piperelay.bytes.TextEncoding;
import io.piperelay.platform.ChildCommand;
import io.piperelay.platform.ChildSignal;
import io.piperelay.platform.Topology;
import io.piperelay.session.FakeChild.EndsAt;
import io.piperelay.session.PipeException.Reason;
import io.piperelay.session.SessionStatus.State;
import io.piperelay.session.SessionStatus.StoppedBy;
import java.io.ByteArrayInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** {@link PipeSession} as a whole, with its threads, and with the test as the child. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class PipeSessionTests {

    private static final Duration LONG = Duration.ofSeconds(50);
    private static final WindowSettings WINDOWS = new WindowSettings(64, 64, false);

    private final CapturedLog log = new CapturedLog();
    private final String id = UUID.randomUUID().toString();
    private final FakeChild child = new FakeChild(EndsAt.END_OF_INPUT);
    private final PipeSession session = sessionOf(child);
    private final FakeReceiver receiver = new FakeReceiver();

    private PipeSession sessionOf(FakeChild played) {
        return sessionOf(played, "");
    }

    private PipeSession sessionOf(FakeChild played, String stopInput) {
        var command = new ChildCommand(List.of("played"), null, Map.of());
        var profile = new ChildProfile("played", () -> command, null, false, null, Framing.NONE, LONG, stopInput);
        return sessionOf(id, profile, played);
    }

    private static PipeSession sessionOf(String id, ChildProfile profile, FakeChild played) {
        var wanted = new NewSession(profile.name(), Topology.DUPLEX, 0, false, null);
        return new PipeSession(
                id, profile, wanted, played, WINDOWS, DeliveryBudget.ofTheHeap(), new SessionListener() {});
    }

    @AfterEach
    void end() throws InterruptedException {
        close(session);
        log.close();
    }

    private static void close(PipeSession closed) throws InterruptedException {
        closed.close("test", Duration.ZERO, new Deadline(LONG, () -> false));
    }

    private static ChunkedBody body(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return new ChunkedBody(new ByteArrayInputStream(bytes), bytes.length, new byte[0], Long.MAX_VALUE, () -> false);
    }

    private static ReadRequest line() {
        return new ReadRequest(null, Ending.LINE, 64, LONG);
    }

    private String read() throws Exception {
        var reader = new FakeReceiver();
        assertThat(session.read(line(), reader)).isTrue();
        return reader.got();
    }

    @Test
    void whatIsWrittenReachesTheChildAndWhatItWritesIsRead() throws Exception {
        WriteResult written = session.write(new WriteRequest(null, false, LONG), body("ask"));
        assertThat(written).isEqualTo(new WriteResult(id, 0, 3, 3));
        assertThat(child.reads(3)).isEqualTo("ask");

        child.writes("answer\n");

        assertThat(read()).isEqualTo("answer\n");
        assertThat(session.status().state()).isEqualTo(State.RUNNING);
        assertThat(session.status().input()).isEqualTo(new SessionStatus.Input(3, true, null, null));
        assertThat(session.status().output().cursor()).isEqualTo(7);
    }

    private Diagnosis diagnosisAfter(String text, Charset charset) throws Exception {
        var played = new FakeChild(EndsAt.END_OF_INPUT);
        var command = new ChildCommand(List.of("played"), null, Map.of());
        TextEncoding encoding = TextEncoding.of(charset);
        var profile = new ChildProfile("played", () -> command, null, false, encoding, Framing.NONE, LONG, "");
        PipeSession silent = sessionOf(UUID.randomUUID().toString(), profile, played);
        byte[] bytes = text.getBytes(charset);
        var body = new ByteArrayInputStream(bytes);
        silent.write(
                new WriteRequest(null, false, LONG),
                new ChunkedBody(body, bytes.length, new byte[0], Long.MAX_VALUE, () -> false));
        assertThat(played.reads(bytes.length)).hasSize(bytes.length);
        await().until(() -> silent.status().diagnosis() != null);
        Diagnosis diagnosis = Objects.requireNonNull(silent.status().diagnosis());
        close(silent);
        return diagnosis;
    }

    @Test
    void aLineFeedIsMissedOnlyWhereItCanBeTold() throws Exception {
        assertThat(diagnosisAfter("ask", StandardCharsets.UTF_8)).isEqualTo(Diagnosis.INPUT_UNTERMINATED);
        assertThat(diagnosisAfter("ask\n", StandardCharsets.UTF_8)).isEqualTo(Diagnosis.OUTPUT_SILENT);
        assertThat(diagnosisAfter("ask\n", StandardCharsets.UTF_16LE)).isEqualTo(Diagnosis.OUTPUT_SILENT);
    }

    @Test
    void anExchangeDeliversTheReply() throws Exception {
        CompletableFuture<Void> exchange = Later.run(() -> {
            try {
                session.exchange(new WriteRequest(0L, false, LONG), body("ask"), line(), receiver);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        assertThat(child.reads(3)).isEqualTo("ask");

        child.writes("reply\n");

        assertThat(exchange).succeedsWithin(LONG);
        assertThat(receiver.got()).isEqualTo("reply\n");
        assertThat(receiver.accepted()).containsExactly(new WriteResult(id, 0, 3, 3));
    }

    @Test
    void theErrorsAreReadWithoutBeingTakenAndBothStreamsAreObserved() throws Exception {
        child.writesErrors("oh");
        await().until(() -> session.status().errors().end() == 2);
        child.writes("out");
        await().until(() -> session.status().output().end() == 3);

        session.errors(null, 10, false, receiver);
        session.errors(1L, 10, false, receiver);
        assertThat(receiver.got()).isEqualTo("ohh");

        Observation all = session.observe();
        assertThat(streamOf(all)).isEqualTo(StandardStream.ERRORS);
        assertThat(streamOf(all)).isEqualTo(StandardStream.OUTPUT);
        assertThatExceptionOfType(PipeException.OffsetGap.class)
                .isThrownBy(() -> session.observe(StandardStream.OUTPUT, 4));
    }

    private static StandardStream streamOf(Observation observation) throws InterruptedException {
        PipeEvent event = Objects.requireNonNull(observation.next(new Deadline(LONG, () -> false)));
        return ((PipeEvent.Bytes) event).stream();
    }

    @Test
    void anExitIsSeenAndRefusesInputWhileTheOutputStaysReadable() throws Exception {
        child.writes("last words\n");
        child.exits(3);
        await().until(() -> session.status().state() == State.EXITED);

        assertThatExceptionOfType(PipeException.class)
                .isThrownBy(() -> session.write(new WriteRequest(null, false, LONG), body("x")))
                .returns(Reason.CHILD_EXITED, PipeException::reason);
        assertThat(read()).isEqualTo("last words\n");
        assertThat(session.status().child().exitCode()).isEqualTo(3);
        close(session);
        assertThat(session.stoppedBy()).as("nothing was needed").isNull();
        assertThat(log.lines(id))
                .containsExactly(
                        "INFO Session " + id + " started, duplex: child 'played', pid 4711",
                        "INFO Session " + id + ": child 'played', pid 4711, exited with code 3",
                        "INFO Session " + id
                                + " ended, test: child 'played', pid 4711, had exited before, exit code 3");
    }

    @Test
    void aCloseEndsTheChildAndReleasesItAndLeavesTheOutput() throws Exception {
        child.writes("last words\n");

        session.close("test", LONG, new Deadline(LONG, () -> false));

        assertThat(session.status().state()).isEqualTo(State.CLOSED);
        assertThat(session.stoppedBy()).isEqualTo(StoppedBy.END_OF_INPUT);
        assertThat(child.calls()).containsExactly("close");
        assertThat(read()).isEqualTo("last words\n");
        session.forget();
        assertThatExceptionOfType(PipeException.SessionClosed.class).isThrownBy(this::read);
    }

    @Test
    void aSignalIsSentAndSaidInTheLog() {
        assertThat(session.signal(ChildSignal.INTERRUPT))
                .isEqualTo(new SentSignal(id, ChildSignal.INTERRUPT, "FAKEINTERRUPT"));

        assertThat(child.calls()).containsExactly("signal interrupt");
        assertThat(log.lines("was sent"))
                .containsExactly(
                        "INFO Session " + id + ": child 'played', pid 4711, was sent FAKEINTERRUPT for a client");
    }

    @Test
    void aChildThatHasExitedIsSentNothing() {
        child.exits(3);

        assertThatExceptionOfType(PipeException.class)
                .isThrownBy(() -> session.signal(ChildSignal.KILL))
                .returns(Reason.CHILD_EXITED, PipeException::reason)
                .satisfies(e -> assertThat(e.data()).containsEntry("exitCode", 3));
        assertThat(log.lines("was sent")).isEmpty();
    }

    @Test
    void aSignalThatCannotBeSentIsRefusedWithWhatCan() throws Exception {
        var unaskable = new FakeChild(EndsAt.KILL, "no console");
        PipeSession other = sessionOf(unaskable);

        assertThatExceptionOfType(PipeException.class)
                .isThrownBy(() -> other.signal(ChildSignal.TERMINATE))
                .returns(Reason.UNSUPPORTED_SIGNAL, PipeException::reason)
                .withMessage("The signal 'terminate' cannot be sent to this child: no console. What can be sent: kill.")
                .satisfies(e -> assertThat(e.data()).containsEntry("supported", List.of(ChildSignal.KILL)));
        assertThat(other.signal(ChildSignal.KILL).sentAs()).isEqualTo("FAKEKILL");
        close(other);
    }

    @Test
    void aChildIsToldToStopBehindWhatWasAcceptedAndThatIsNoInput() throws Exception {
        var obedient = new FakeChild(EndsAt.KILL);
        PipeSession told = sessionOf(obedient, "quit\n");
        told.write(new WriteRequest(null, false, LONG), body("ask"));
        CompletableFuture<Void> closer = Later.run(() -> {
            try {
                told.close("test", LONG, new Deadline(LONG, () -> false));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });

        assertThat(obedient.reads(8)).isEqualTo("askquit\n");

        obedient.exits(0);
        assertThat(closer).succeedsWithin(LONG);
        assertThat(told.stoppedBy()).isEqualTo(StoppedBy.END_OF_INPUT);
        assertThat(told.status().input().offset()).isEqualTo(3);
    }

    @Test
    void aChildWithoutRoomForItIsStoppedInTimeAllTheSame() throws Exception {
        var full = new FakeChild(EndsAt.TERMINATE);
        PipeSession told = sessionOf(full, "quit\n");
        full.input().write(new byte[1000], 0, 1000);

        close(told);

        assertThat(told.stoppedBy()).isEqualTo(StoppedBy.TERMINATE);
        assertThat(full.calls()).containsExactly("terminate", "close");
    }

    @Test
    void severalThatCloseAtOnceWaitForTheSameEndAndItIsSaidOnce() throws Exception {
        var stubborn = new FakeChild(EndsAt.KILL);
        String name = UUID.randomUUID().toString();
        PipeSession closed = sessionOf(
                name,
                new ChildProfile(
                        "c",
                        () -> new ChildCommand(List.of("c"), null, Map.of()),
                        null,
                        false,
                        null,
                        Framing.NONE,
                        LONG,
                        ""),
                stubborn);
        var closers = List.of(closeLater(closed), closeLater(closed), closeLater(closed));

        assertThat(closers).allSatisfy(closer -> assertThat(closer).succeedsWithin(LONG));
        assertThat(closed.stoppedBy()).isEqualTo(StoppedBy.KILL);
        assertThat(stubborn.calls()).containsExactly("terminate", "kill", "close");
        assertThat(log.lines(name + " ended"))
                .containsExactly(
                        "INFO Session " + name + " ended, test: child 'c', pid 4711, stopped by kill, exit code 137");
        assertThat(log.lines(name + ": "))
                .containsExactly("INFO Session " + name + ": child 'c', pid 4711, exited with code 137, by SIG9");
    }

    private static CompletableFuture<Void> closeLater(PipeSession closed) {
        return Later.run(() -> {
            try {
                close(closed);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void whoeverWaitsIsWokenByTheClose() throws Exception {
        CompletableFuture<PipeException> reader = Later.get(() -> {
            try {
                session.read(line(), receiver);
                throw new AssertionError("there was nothing to read");
            } catch (PipeException e) {
                return e;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });

        close(session);

        assertThat(reader).succeedsWithin(LONG);
    }
}
