package io.piperelay.session;

import io.piperelay.platform.ExitStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The child's exit, once it has happened. */
final class ChildExit {

    private final CountDownLatch happened = new CountDownLatch(1);
    private volatile @Nullable ExitStatus status;
    private volatile @Nullable Instant at;
    private final Runnable listener;

    ChildExit() {
        this(() -> {});
    }

    /** @param listener called once it has happened, before the end of the child's output is known; must not wait */
    ChildExit(Runnable listener) {
        this.listener = listener;
    }

    void happened(ExitStatus exitStatus) {
        at = Instant.now();
        status = exitStatus;
        happened.countDown();
        listener.run();
    }

    @Nullable ExitStatus status() {
        return status;
    }

    @Nullable Integer code() {
        ExitStatus exited = status;
        return exited == null ? null : exited.code();
    }

    @Nullable Instant at() {
        return at;
    }

    /** Waits for the exit, at most this long. */
    Optional<ExitStatus> within(Duration timeout) {
        try {
            happened.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.ofNullable(status);
    }
}
