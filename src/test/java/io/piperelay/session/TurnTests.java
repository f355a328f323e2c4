package io.piperelay.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.Later;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class TurnTests {

    private static final Duration LONG = Duration.ofSeconds(50);

    private final Turn turn = new Turn();
    private final AtomicBoolean gone = new AtomicBoolean();

    private boolean begin(Duration timeout) {
        try {
            return turn.begin(new Deadline(timeout, gone::get));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aFreeTurnBeginsEvenWithoutAnyTime() {
        assertThat(begin(Duration.ZERO)).isTrue();
        assertThat(turn.isTaken()).isTrue();
        assertThat(begin(Duration.ZERO)).as("the turn of another").isFalse();
        assertThat(turn.tryBegin()).isFalse();

        turn.end();

        assertThat(turn.isTaken()).isFalse();
        assertThat(turn.tryBegin()).isTrue();
    }

    @Test
    void turnsBeginInOrderOfArrival() {
        List<Integer> order = new CopyOnWriteArrayList<>();
        begin(LONG);
        var first = Later.get(() -> begin(LONG) && order.add(1));
        await().until(turn::isAwaited);
        var second = Later.get(() -> begin(LONG) && order.add(2));

        turn.end();
        assertThat(first).succeedsWithin(LONG).isEqualTo(true);
        turn.end();

        assertThat(second).succeedsWithin(LONG).isEqualTo(true);
        assertThat(order).containsExactly(1, 2);
    }

    @Test
    void whoeverHasNoTimeLeftLosesItsPlace() {
        begin(LONG);
        CompletableFuture<Boolean> late = Later.get(() -> begin(Duration.ofMillis(50)));

        assertThat(late).succeedsWithin(LONG).isEqualTo(false);

        assertThat(turn.isAwaited()).isFalse();
        turn.end();
        assertThat(turn.isTaken()).isFalse();
    }

    @Test
    void whoeverGoesAwayLosesItsPlace() {
        begin(LONG);
        CompletableFuture<Boolean> waiting = Later.get(() -> begin(LONG));
        await().until(turn::isAwaited);

        gone.set(true);

        assertThat(waiting).succeedsWithin(LONG).isEqualTo(false);
        assertThat(turn.isAwaited()).isFalse();
    }

    @Test
    void whoeverIsInterruptedLosesItsPlace() throws InterruptedException {
        begin(LONG);
        var interrupted = new AtomicBoolean();
        var waiting = new Thread(() -> {
            try {
                turn.begin(new Deadline(LONG, gone::get));
            } catch (InterruptedException e) {
                interrupted.set(true);
            }
        });
        waiting.start();
        await().until(turn::isAwaited);

        waiting.interrupt();
        waiting.join();

        assertThat(interrupted).isTrue();
        assertThat(turn.isAwaited()).isFalse();
    }
}
