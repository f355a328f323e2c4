package io.piperelay.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class NapsTests {

    private static final Duration LONG = Duration.ofSeconds(50);

    private final AtomicBoolean interrupted = new AtomicBoolean();
    private Thread napper = new Thread();

    private void nap(long nanos) {
        napper = new Thread(() -> {
            try {
                Naps.take(nanos);
            } catch (InterruptedException e) {
                interrupted.set(true);
            }
        });
        napper.start();
    }

    @AfterEach
    void wakeWhoeverStillNaps() {
        LockSupport.unpark(napper);
    }

    @Test
    void longAndShortNapsEndByThemselves() throws InterruptedException {
        for (int millis : new int[] {5, 600, 5, 600}) {
            nap(Duration.ofMillis(millis).toNanos());

            napper.join(LONG.toMillis());
            assertThat(napper.isAlive()).as("after %d ms", millis).isFalse();
        }
    }

    @Test
    void aNapIsEndedByWhoeverUnparksTheThread() throws InterruptedException {
        nap(LONG.toNanos());
        await().until(() -> napper.getState() == Thread.State.WAITING);

        LockSupport.unpark(napper);

        napper.join(LONG.toMillis() / 2);
        assertThat(napper.isAlive()).isFalse();
        assertThat(interrupted).isFalse();
    }

    @Test
    void aNapWithoutEndIsInterrupted() throws InterruptedException {
        nap(Naps.FOREVER);
        await().until(() -> napper.getState() == Thread.State.WAITING);

        napper.interrupt();

        napper.join(LONG.toMillis());
        assertThat(napper.isAlive()).isFalse();
        assertThat(interrupted).isTrue();
    }
}
