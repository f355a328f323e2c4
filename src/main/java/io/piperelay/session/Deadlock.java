package io.piperelay.session;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Tells when an exchange and its child wait for each other: the window is full, and nobody makes room in it during an
 * exchange, so that the child can't write; and it does not read either, although there is more for it.
 *
 * <p>Used by one thread.
 */
final class Deadlock implements BooleanSupplier {

    /** A child that is only slow has read something, or a client made room, by then. */
    private static final Duration STANDSTILL = Duration.ofMillis(250);

    static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final InputSlot input;
    private final OutputWindow window;
    private long accepted = -1;
    private long since;

    Deadlock(InputSlot input, OutputWindow window) {
        this.input = input;
        this.window = window;
    }

    @Override
    public boolean getAsBoolean() {
        long now = System.nanoTime();
        long offset = input.offset();
        if (offset != accepted || !window.isFull()) {
            accepted = offset;
            since = now;
            return false;
        }
        return now - since > STANDSTILL.toNanos();
    }
}
