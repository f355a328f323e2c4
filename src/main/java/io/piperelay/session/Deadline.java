package io.piperelay.session;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
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
     * Waits once on the condition, whose lock the caller holds and whose predicate it checks in a loop.
     *
     * @return false, at once, if there is no time left
     */
    boolean await(Condition condition) throws InterruptedException {
        return await(condition, Long.MAX_VALUE);
    }

    /** The same for no longer than so many nanoseconds. */
    @SuppressWarnings("WaitNotInLoop") // Each caller loops.
    boolean await(Condition condition, long most) throws InterruptedException {
        long left = deadline - System.nanoTime();
        if (left <= 0 || isAbandoned()) {
            return false;
        }
        condition.awaitNanos(Math.min(most, Math.min(left, lookAgainNanos)));
        return true;
    }

    /** An attempt to acquire something, behind those already waiting. */
    @FunctionalInterface
    interface Attempt {
        boolean within(long nanos) throws InterruptedException;
    }

    /** Waits for the lock, behind those already waiting; false if the deadline passed first. */
    boolean acquire(Lock lock) throws InterruptedException {
        return acquire(nanos -> lock.tryLock(nanos, TimeUnit.NANOSECONDS));
    }

    boolean acquire(Attempt attempt) throws InterruptedException {
        boolean acquired = attempt.within(0);
        while (!acquired) {
            long left = deadline - System.nanoTime();
            if (left <= 0 || isAbandoned()) {
                return false;
            }
            acquired = attempt.within(Math.min(left, lookAgainNanos));
        }
        return true;
    }
}
