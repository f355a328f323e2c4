package io.piperelay.session;

import io.piperelay.platform.ChildProcess;
import io.piperelay.platform.ChildSignal;
import io.piperelay.platform.UnsupportedSignalException;
import io.piperelay.session.SessionStatus.StoppedBy;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Ends a child, gently at first: its input ends; then it is asked to terminate; then it is killed with all its descendants.
 *
 * <p>{@link #run} is called by one thread; {@link #hurry} lets others shorten its first wait.
 */
final class ChildStop {

    /** How long a child has to obey a request to terminate. */
    private static final Duration AFTER_TERMINATE = Duration.ofMillis(500);

    /** How long the system has to reap a killed process; one that hangs in the kernel is given up. */
    private static final Duration AFTER_KILL = Duration.ofMillis(400);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final ChildProcess child;
    private final ChildExit exit;
    private final SessionLog log;
    private volatile long graceEnds = Long.MAX_VALUE;
    private final long created = System.nanoTime();
    private volatile @Nullable String notAsked;

    /** By a client, if that ends a child; not to be mistaken for the end of its input. */
    private volatile @Nullable StoppedBy sent;

    ChildStop(ChildProcess child, ChildExit exit, SessionLog log) {
        this.child = child;
        this.exit = exit;
        this.log = log;
    }

    /** Limits the wait for the end of input to take effect to this long, from now on. */
    synchronized void hurry(Duration grace) {
        graceEnds = Math.min(graceEnds, System.nanoTime() - created + grace.toNanos());
    }

    /** Sends a client's signal; see {@link ChildProcess#signal}. */
    @Nullable String signal(ChildSignal signal) {
        StoppedBy before = sent;
        sent = switch (signal) {
            case INTERRUPT -> before;
            case TERMINATE -> StoppedBy.TERMINATE;
            case KILL -> StoppedBy.KILL;
        };
        try {
            return child.signal(signal);
        } catch (UnsupportedSignalException e) {
            sent = before;
            throw e;
        }
    }

    /** Waits for the end of a child whose input has ended, and brings it about if it does not come by itself. */
    StoppedBy run() {
        if (sent != StoppedBy.KILL) {
            sent = null; // The child has survived it.
        }
        while (System.nanoTime() - created < graceEnds) {
            if (exit.within(LOOK_AGAIN).isPresent()) {
                return Objects.requireNonNullElse(sent, StoppedBy.END_OF_INPUT);
            }
        }
        notAsked = child.terminate();
        if (notAsked == null && exit.within(AFTER_TERMINATE).isPresent()) {
            return StoppedBy.TERMINATE;
        }
        child.kill();
        if (exit.within(AFTER_KILL).isEmpty()) {
            log.survivedKill();
        }
        return StoppedBy.KILL;
    }

    /** Why the child had to be killed without having been asked; null if it was asked, or did not need to be. */
    @Nullable String notAsked() {
        return notAsked;
    }
}
