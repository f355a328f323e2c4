package io.piperelay.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.piperelay.bytes.Framing;
import io.piperelay.platform.ChildCommand;
import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.OutOfResourcesException;
import io.piperelay.platform.Topology;
import io.piperelay.session.PipeException.Reason;
import io.piperelay.session.SessionStatus.State;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class PipeSessionsTests {

    private static final Duration LONG = Duration.ofSeconds(50);
    private static final ChildProfile.Launchable COMMAND = () -> new ChildCommand(List.of("c"), null, Map.of());

    private final FakePlatform platform = new FakePlatform();
    private final PipeSessions sessions = new PipeSessions(
            platform,
            List.of(
                    new ChildProfile("plain", COMMAND, null, false, null, Framing.NONE, LONG, ""),
                    new ChildProfile("agent", COMMAND, COMMAND, false, null, Framing.NONE, Duration.ZERO, "")),
            new WindowSettings(64, 64, false));

    @AfterEach
    void end() {
        sessions.shutDown();
    }

    private static Deadline inTime() {
        return new Deadline(LONG, () -> false);
    }

    private PipeSession create(boolean replace, @Nullable String current) throws InterruptedException {
        return sessions.create(new NewSession("plain", Topology.DUPLEX, 0, replace, current), inTime());
    }

    private PipeSession create() throws InterruptedException {
        return create(false, null);
    }

    private static PipeException refused(Reason reason, ThrowingCallable request) {
        PipeException refusal = catchThrowableOfType(PipeException.class, request);
        assertThat(refusal).isNotNull().returns(reason, PipeException::reason);
        return refusal;
    }

    @Test
    void thereIsOneSessionAtMost() throws InterruptedException {
        refused(Reason.NO_SESSION, () -> sessions.current(null));
        PipeSession session = create();

        assertThat(sessions.current(null)).isSameAs(session);
        assertThat(sessions.readable(session.id())).isSameAs(session);
        assertThat(refused(Reason.SESSION_EXISTS, this::create).data()).containsEntry("session", session.id());
        assertThat(platform.children()).hasSize(1);
    }

    @Test
    void aReplacementEndsTheOneBeforeWhichStaysReadableByItsId() throws InterruptedException {
        PipeSession first = create();

        PipeSession second = create(true, first.id());

        assertThat(sessions.current(null)).isSameAs(second);
        assertThat(first.status().state()).isEqualTo(State.CLOSED);
        assertThat(sessions.readable(first.id())).isSameAs(first);
        assertThat(refused(Reason.SESSION_CHANGED, () -> sessions.current(first.id()))
                        .data())
                .containsEntry("session", second.id());
        refused(Reason.SESSION_CHANGED, () -> create(true, first.id()));
    }

    @Test
    void onlyTheOneThatEndedLastIsReadable() throws InterruptedException {
        PipeSession first = create();
        PipeSession second = create(true, null);
        assertThat(sessions.close(second.id(), null, inTime())).isSameAs(second);

        refused(Reason.SESSION_CHANGED, () -> sessions.readable(first.id()));
        refused(Reason.NO_SESSION, () -> sessions.close(null, null, inTime()));
        assertThat(sessions.readable(second.id())).isSameAs(second);
        assertThatExceptionOfType(PipeException.SessionClosed.class)
                .isThrownBy(() -> first.read(new ReadRequest(null, Ending.ANY_BYTE, 1, LONG), new FakeReceiver()));
    }

    @Test
    void whatCannotBeLaunchedLeavesNothingOpenAndIsWarnedOf() {
        platform.failLaunches(new NativeCallException("exec-of-nothing", 2, "no such file"));
        try (var log = new CapturedLog()) {
            PipeException failure = refused(Reason.CHILD_LAUNCH_FAILED, this::create);
            assertThat(failure.data()).containsEntry("osError", new OsError("exec-of-nothing", 2, "no such file"));
            assertThat(log.lines("exec-of-nothing"))
                    .containsExactly("WARN No session with child 'plain' could be started:"
                            + " exec-of-nothing failed with code 2: no such file");
        }
        assertThat(platform.openPipes()).isZero();

        platform.failLaunches(new OutOfResourcesException("fork", 11, "try again"));
        refused(Reason.RESOURCES_EXHAUSTED, this::create);
        platform.failPipes(new NativeCallException("pipe2", 5, "no luck"));
        refused(Reason.PIPE_CREATION_FAILED, this::create);
        platform.failPipes(new OutOfResourcesException("pipe2", 24, "too many files"));
        refused(Reason.RESOURCES_EXHAUSTED, this::create);
        assertThat(platform.openPipes()).isZero();
        refused(Reason.NO_SESSION, () -> sessions.current(null));
    }

    @Test
    void onlyConfiguredChildrenAreLaunchedAndOnlyOnPipesThatTheyKnow() {
        assertThat(sessions.children()).containsExactly("agent", "plain");
        PipeException unknown = refused(
                Reason.UNKNOWN_CHILD,
                () -> sessions.create(new NewSession("nobody", Topology.DUPLEX, 0, false, null), inTime()));
        assertThat(unknown.data()).containsEntry("children", sessions.children());
        refused(
                Reason.UNSUPPORTED_TOPOLOGY,
                () -> sessions.create(new NewSession("plain", Topology.SHARED, 0, false, null), inTime()));
        assertThat(platform.children()).isEmpty();
    }

    @Test
    void aPipeThatIsSharedHoldsAWholeFrame() throws InterruptedException {
        sessions.create(new NewSession("agent", Topology.SHARED, 1, false, null), inTime());
        sessions.create(new NewSession("agent", Topology.DUPLEX, 1, true, null), inTime());

        assertThat(platform.bufferSizes()).containsExactly(4096, 1);
    }

    @Test
    void whoeverHasGoneGetsNoSession() {
        refused(
                Reason.CLIENT_GONE,
                () -> sessions.create(
                        new NewSession("plain", Topology.DUPLEX, 0, false, null), new Deadline(LONG, () -> true)));
        assertThat(platform.children()).isEmpty();
    }

    @Test
    void theEndOfTheServiceEndsTheSessionForGood() throws InterruptedException {
        PipeSession session = create();

        sessions.shutDown();

        assertThat(session.status().state()).isEqualTo(State.CLOSED);
        refused(Reason.SHUTTING_DOWN, this::create);
        sessions.shutDown();
    }

    /** What a session becomes whose child has exited, and which may be followed by another. */
    private PipeSession exited(NewSession wanted) throws InterruptedException {
        var exits = new LinkedBlockingQueue<PipeSession>();
        sessions.addListener(new SessionListener() {
            @Override
            public void exited(PipeSession session) {
                session.succession().expect();
                exits.add(session);
            }
        });
        PipeSession session = sessions.create(wanted, inTime());
        platform.children().get(0).exits(1);
        assertThat(exits.take()).isSameAs(session);
        assertThat(session.succession().isOpen()).isTrue();
        return session;
    }

    private PipeSession exited() throws InterruptedException {
        return exited(new NewSession("plain", Topology.DUPLEX, 0, false, null));
    }

    @Test
    void aRestartedSessionIsLikeTheOneBeforeAndTakesItsPlaceAtOnce() throws InterruptedException {
        PipeSession exited = exited(new NewSession("agent", Topology.SHARED, 8192, false, null));
        platform.whileLaunching(() -> assertThat(sessions.currentIfAny()).isSameAs(exited));

        PipeSession next = Objects.requireNonNull(sessions.restart(exited));

        assertThat(sessions.current(null)).isSameAs(next).isNotSameAs(exited);
        assertThat(next.status()).returns(Topology.SHARED, SessionStatus::topology);
        assertThat(platform.bufferSizes()).containsExactly(8192, 8192);
        assertThat(exited.succession().successor()).isEqualTo(next.id());
        assertThat(exited.status().state()).isEqualTo(State.CLOSED);
        assertThat(sessions.readable(exited.id())).isSameAs(exited);
    }

    @Test
    void whoeverEndsOrReplacesASessionDecidesThatNoneFollows() throws InterruptedException {
        PipeSession ended = exited();
        sessions.close(ended.id(), null, inTime());
        assertThat(sessions.restart(ended)).isNull();
        assertThat(ended.succession().isOpen()).isFalse();
        refused(Reason.NO_SESSION, () -> sessions.current(null));

        PipeSession replaced = create();
        PipeSession replacement = create(true, null);
        assertThat(sessions.restart(replaced)).isNull();
        assertThat(sessions.current(null)).isSameAs(replacement);
        assertThat(platform.children()).hasSize(3);
    }

    @Test
    void whoeverEndsASessionWhileItIsRestartedWins() throws InterruptedException {
        PipeSession exited = exited();
        platform.whileLaunching(() -> {
            try {
                assertThat(sessions.close(null, null, inTime())).isSameAs(exited);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });

        assertThat(sessions.restart(exited)).isNull();

        refused(Reason.NO_SESSION, () -> sessions.current(null));
        assertThat(exited.succession().successor()).isNull();
        assertThat(platform.children().get(1).calls()).contains("close");
    }

    @Test
    void whatCannotBeRestartedStaysAndCanBeTriedAgain() throws InterruptedException {
        PipeSession exited = exited();
        platform.failLaunches(new NativeCallException("exec-of-nothing", 2, "no such file"));
        refused(Reason.CHILD_LAUNCH_FAILED, () -> sessions.restart(exited));
        assertThat(sessions.current(null)).isSameAs(exited);
        assertThat(platform.openPipes()).isZero();
        var message = new ChunkedBody(InputStream.nullInputStream(), 0, new byte[] {'x'}, 1, () -> false);
        refused(Reason.CHILD_EXITED, () -> exited.write(new WriteRequest(null, false, LONG), message));

        platform.failLaunches(null);

        assertThat(sessions.restart(exited)).isSameAs(sessions.current(null)).isNotSameAs(exited);
    }

    @Test
    void whatPassedThroughSessionsThatAreForgottenStillCounts() throws Exception {
        for (int round = 1; round <= 4; round++) {
            create(true, null);
            FakeChild child = platform.children().get(round - 1);
            child.writes("12345");
            child.writesErrors("123");
            long all = round;
            await().until(() -> sessions.traffic("plain").outputBytes() == 5 * all
                    && sessions.traffic("plain").errorsBytes() == 3 * all);
        }
        sessions.close(null, null, inTime());

        assertThat(sessions.traffic("plain"))
                .returns(20L, Traffic::outputBytes)
                .returns(12L, Traffic::errorsBytes)
                .returns(0L, Traffic::inputBytes);
        assertThat(sessions.traffic("agent")).isEqualTo(Traffic.NONE);
    }

    @Test
    void whoeverListensIsToldOfStartsFailuresExitsAndRestarts() throws InterruptedException {
        var told = new LinkedBlockingQueue<String>();
        sessions.addListener(new SessionListener() {
            @Override
            public void started(PipeSession session) {
                told.add("started " + session.child());
            }

            @Override
            public void notStarted(String child, Reason reason) {
                told.add("not started " + child + " " + reason);
            }

            @Override
            public void restarted(PipeSession session) {
                told.add("restarted " + session.child());
            }
        });
        PipeSession exited = exited();
        platform.failLaunches(new NativeCallException("exec-of-nothing", 2, "no such file"));
        refused(Reason.CHILD_LAUNCH_FAILED, () -> sessions.restart(exited));
        platform.failLaunches(null);
        sessions.restart(exited);

        assertThat(told)
                .containsExactly(
                        "started plain", "not started plain CHILD_LAUNCH_FAILED", "started plain", "restarted plain");
    }

    @Test
    void nothingIsRestartedOnceTheServiceEnds() throws InterruptedException {
        PipeSession exited = exited();

        sessions.shutDown();

        assertThat(sessions.restart(exited)).isNull();
        assertThat(exited.succession().isOpen()).isFalse();
        assertThat(platform.children()).hasSize(1);
    }
}
