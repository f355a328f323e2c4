package io.piperelay.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.Later;
import io.piperelay.session.PipeException.Reason;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class DeadlineTests {

    private static final Duration LONG = Duration.ofSeconds(50);

    private final AtomicBoolean gone = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock();

    private CompletableFuture<Boolean> acquireLater(Duration timeout) {
        return Later.get(() -> {
            try {
                return new Deadline(timeout, gone::get).acquire(lock);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void aFreeLockIsAcquiredEvenWithoutAnyTime() throws InterruptedException {
        assertThat(new Deadline(Duration.ZERO, gone::get).acquire(lock)).isTrue();
    }

    @Test
    void aLockIsWaitedForUntilTheTimeIsUp() {
        lock.lock();

        assertThat(acquireLater(Duration.ofMillis(20))).succeedsWithin(LONG).isEqualTo(false);
        assertThat(new Deadline(Duration.ZERO, gone::get).turnMissed().reason()).isEqualTo(Reason.PIPE_BUSY);
    }

    @Test
    void whoeverGoesAwayWaitsNoLonger() {
        lock.lock();
        CompletableFuture<Boolean> waiting = acquireLater(LONG);
        await().until(lock::hasQueuedThreads);

        gone.set(true);

        assertThat(waiting).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(false);
        var abandoned = new Deadline(LONG, gone::get);
        assertThat(abandoned.isOver()).isTrue();
        assertThat(abandoned.turnMissed().reason()).isEqualTo(Reason.CLIENT_GONE);
        assertThat(abandoned.whateverHappens().isOver()).isFalse();
    }

    @Test
    void afterProgressTheWholeTimeRunsAgain() {
        var deadline = new Deadline(Duration.ofMillis(300), gone::get);
        await().pollInterval(Duration.ofMillis(5)).until(deadline::isOver);

        deadline.renew();

        assertThat(deadline.isOver()).isFalse();
    }

    @Test
    void aSignalIsNotWaitedForWithoutTime() throws InterruptedException {
        lock.lock();

        assertThat(new Deadline(Duration.ZERO, gone::get).await(new Signal(lock)))
                .isFalse();
        assertThat(new Deadline(Duration.ofMillis(20), gone::get).await(new Signal(lock)))
                .as("the caller looks once more")
                .isTrue();
    }
}
