package io.piperelay.web.payload;

/**
 * How long the client may still take to send what comes next of a body. Only the time spent waiting for it counts, not the
 * time in between, when the child may be holding it up.
 */
public final class ArrivalClock {

    private final ClientPace pace;

    /** In nanoseconds, like {@link #portionWaited}; these two are for the whole body, the others for the current portion. */
    private long waited;

    private long received;
    private long portionWaited;
    private int portionReceived;

    public ArrivalClock(ClientPace pace) {
        this.pace = pace;
    }

    /** In nanoseconds. */
    public long left() {
        return Math.min(pace.portionNanos() - portionWaited, pace.nanosFor(received) - waited);
    }

    long received() {
        return received;
    }

    /** Whoever waited for this long got so many bytes. */
    public void note(long nanos, int count) {
        waited += nanos;
        received += count;
        portionWaited += nanos;
        portionReceived += count;
        if (portionReceived >= ClientPace.PORTION) {
            portionReceived = 0;
            portionWaited = 0;
        }
    }
}
