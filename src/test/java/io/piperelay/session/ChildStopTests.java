package io.piperelay.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.piperelay.Later;
import io.piperelay.platform.ChildSignal;
import io.piperelay.platform.UnsupportedSignalException;
import io.piperelay.session.FakeChild.EndsAt;
import io.piperelay.session.SessionStatus.StoppedBy;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class ChildStopTests {

    private final ChildExit exit = new ChildExit();

    private ChildStop stopOf(FakeChild child, String session) {
        new Thread(() -> {
                    try {
                        exit.happened(child.waitFor());
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                })
                .start();
        return new ChildStop(child, exit, new SessionLog(session, "c", 1));
    }

    private @Nullable StoppedBy stop(FakeChild child, Duration grace) {
        ChildStop stop = stopOf(child, "s");
        stop.hurry(grace);
        return stop.run();
    }

    @Test
    void aChildThatEndsWithItsInputIsNotAsked() throws IOException {
        var child = new FakeChild(EndsAt.END_OF_INPUT);
        ChildStop stop = stopOf(child, "s");
        CompletableFuture<@Nullable StoppedBy> stopped = Later.get(stop::run);
        await().during(Duration.ofMillis(100)).until(() -> !stopped.isDone());

        child.input().close();

        assertThat(stopped).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(StoppedBy.END_OF_INPUT);
        assertThat(child.calls()).isEmpty();
    }

    @Test
    void afterTheGraceTheChildIsAsked() {
        var child = new FakeChild(EndsAt.TERMINATE);

        assertThat(stop(child, Duration.ofMillis(10))).isEqualTo(StoppedBy.TERMINATE);

        assertThat(child.calls()).containsExactly("terminate");
    }

    @Test
    void aChildThatDoesNotListenIsKilled() {
        var child = new FakeChild(EndsAt.KILL);

        assertThat(stop(child, Duration.ZERO)).isEqualTo(StoppedBy.KILL);

        assertThat(child.calls()).containsExactly("terminate", "kill");
    }

    @Test
    void aChildThatCannotBeAskedIsKilledAndItIsSaidWhy() {
        var child = new FakeChild(EndsAt.TERMINATE, "no console");
        ChildStop stop = stopOf(child, "s");
        stop.hurry(Duration.ZERO);

        assertThat(stop.run()).isEqualTo(StoppedBy.KILL);

        assertThat(stop.notAsked()).isEqualTo("no console");
        assertThat(child.calls()).containsExactly("terminate", "kill");
    }

    @ParameterizedTest
    @CsvSource({"KILL, KILL", "TERMINATE, TERMINATE", "INTERRUPT, END_OF_INPUT"})
    void aSignalOfAClientMeanwhileIsNotTheEndOfInput(ChildSignal signal, StoppedBy stoppedBy) {
        var child = new FakeChild(EndsAt.KILL);
        ChildStop stop = stopOf(child, "s");
        CompletableFuture<@Nullable StoppedBy> stopped = Later.get(stop::run);
        await().during(Duration.ofMillis(100)).until(() -> !stopped.isDone());

        assertThat(stop.signal(signal)).isNotNull();
        child.exits(9);

        assertThat(stopped).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(stoppedBy);
    }

    @Test
    void aSignalThatAChildHasSurvivedDoesNotCount() {
        var child = new FakeChild(EndsAt.KILL);
        ChildStop stop = stopOf(child, "s");
        stop.signal(ChildSignal.TERMINATE);
        child.exits(0);

        assertThat(stop.run()).isEqualTo(StoppedBy.END_OF_INPUT);
    }

    @Test
    void aSignalThatCouldNotBeSentDoesNotCount() {
        var child = new FakeChild(EndsAt.KILL, "no console");
        ChildStop stop = stopOf(child, "s");
        CompletableFuture<@Nullable StoppedBy> stopped = Later.get(stop::run);
        await().during(Duration.ofMillis(100)).until(() -> !stopped.isDone());

        assertThatExceptionOfType(UnsupportedSignalException.class)
                .isThrownBy(() -> stop.signal(ChildSignal.TERMINATE));
        child.exits(0);

        assertThat(stopped).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(StoppedBy.END_OF_INPUT);
    }

    @Test
    void theShortestGraceOfAllThatWaitCounts() {
        ChildStop stop = stopOf(new FakeChild(EndsAt.TERMINATE), "s");
        stop.hurry(Duration.ofSeconds(50));
        CompletableFuture<@Nullable StoppedBy> stopped = Later.get(stop::run);
        await().during(Duration.ofMillis(100)).until(() -> !stopped.isDone());

        stop.hurry(Duration.ZERO);
        stop.hurry(Duration.ofSeconds(40));

        assertThat(stopped).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(StoppedBy.TERMINATE);
    }

    @Test
    void aChildThatOutlivesItsKillIsGivenUpAndWarnedOfOnce() {
        var child = new FakeChild(EndsAt.NOTHING);
        ChildStop stop = stopOf(child, "immortal");
        stop.hurry(Duration.ZERO);

        try (var log = new CapturedLog()) {
            assertThat(stop.run()).isEqualTo(StoppedBy.KILL);
            assertThat(log.lines("immortal"))
                    .containsExactly(
                            "WARN Session immortal: child 'c', pid 1, was killed and has not ended; it is given up");
        }
        child.exits(137);
    }
}
