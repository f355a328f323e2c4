package io.piperelay.session;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;

/**
 * How long one caller waits: until it times out, or until its client has disconnected and nobody needs the result any more.
 *
 * <p>Not thread-safe. Waiting callers check once a second whether their client is still connected.
 */
public final class Deadline {

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final long timeoutNanos;
    private final BooleanSupplier gone;
    private final long lookAgainNanos;
    private long deadline;

    /** Starts now. */
    public Deadline(Duration timeout, BooleanSupplier gone) {
        this(timeout, gone, LOOK_AGAIN);
    }

    /** The same, for what has to be noticed sooner. */
    Deadline(Duration timeout, BooleanSupplier gone, Duration lookAgain) {
        this.timeoutNanos = timeout.toNanos();
        this.gone = gone;
        this.lookAgainNanos = lookAgain.toNanos();
        renew();
    }

    /** The same timeout, for what has to be done even if the client disconnects. */
    Deadline whateverHappens() {
        return new Deadline(Duration.ofNanos(timeoutNanos), () -> false);
    }

    /** Restarts the whole timeout, because there was progress. */
    void renew() {
        deadline = System.nanoTime() + timeoutNanos;
    }

    /** Whether there is time left, whether or not somebody still needs the result. */
    boolean isAhead() {
        return deadline - System.nanoTime() > 0;
    }

    boolean isAbandoned() {
        return gone.getAsBoolean();
    }

    /** Whether there is no time left, or nobody needs the result any more. */
    boolean isOver() {
        return deadline - System.nanoTime() <= 0 || isAbandoned();
    }

    /** Why a caller did not get its turn before the deadline. */
    PipeException turnMissed() {
        return isAbandoned() ? PipeException.clientGone() : PipeException.pipeBusy();
    }

    /**
     * Waits once for the signal, whose lock the caller holds and whose reason it checks in a loop.
     *
     * @return false, at once, if there is no time left
     */
    boolean await(Signal signal) throws InterruptedException {
        return await(signal, Naps.FOREVER);
    }

    /** The same for no longer than so many nanoseconds. */
    boolean await(Signal signal, long most) throws InterruptedException {
        long left = deadline - System.nanoTime();
        if (left <= 0 || isAbandoned()) {
            return false;
        }
        signal.await(Math.min(most, Math.min(left, lookAgainNanos)));
        return true;
    }

    /**
     * Waits once to be unparked, in a loop that checks whether the caller waits any longer.
     *
     * @param over whether that is over already; asked last, because whether the wait is abandoned may be asked by means that
     *     park as well, and so take the permit that was meant for the caller
     * @return false, at once, if there is no time left
     */
    boolean nap(BooleanSupplier over) throws InterruptedException {
        long left = deadline - System.nanoTime();
        if (left <= 0 || isAbandoned()) {
            return false;
        }
        if (!over.getAsBoolean()) {
            Naps.take(Math.min(left, lookAgainNanos));
        }
        return true;
    }

    /** Waits for the lock, behind those already waiting; false if the deadline passed first. */
    boolean acquire(Lock lock) throws InterruptedException {
        boolean acquired = lock.tryLock(0, TimeUnit.NANOSECONDS);
        while (!acquired) {
            long left = deadline - System.nanoTime();
            if (left <= 0 || isAbandoned()) {
                return false;
            }
            acquired = lock.tryLock(Math.min(left, lookAgainNanos), TimeUnit.NANOSECONDS);
        }
        return true;
    }
}
