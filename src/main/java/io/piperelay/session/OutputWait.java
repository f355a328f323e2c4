package io.piperelay.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.piperelay.bytes.Framing;
import org.jspecify.annotations.Nullable;

/**
 * One request's wait until the bytes that it asks for are in the window. They stay unread.
 *
 * <p>Used once, by one thread.
 */
abstract sealed class OutputWait permits DelimitedWait, FrameWait {

    final OutputWindow window;
    final @Nullable Long offset;
    final Deadline deadline;
    final DeliveryBudget.Share share;
    private final boolean skipsDropped;
    private final @Nullable OutputIntake intake;
    private boolean mayReadPipe;

    OutputWait(
            OutputWindow window,
            @Nullable Long offset,
            boolean skipsDropped,
            @Nullable OutputIntake intake,
            Deadline deadline,
            DeliveryBudget.Share share) {
        this.window = window;
        this.offset = offset;
        this.skipsDropped = skipsDropped;
        this.intake = intake;
        this.deadline = deadline;
        this.share = share;
        this.mayReadPipe = intake != null;
        if (intake != null) {
            intake.expectReader();
        }
    }

    /**
     * @param offset of the first byte; null for the first one unread
     * @param skipsDropped whether a byte at the offset that was dropped gives place to the oldest held, instead of being an error
     * @param intake where this thread may read the child's pipe itself; null if it should leave that to others
     * @param share where the bytes are copied to if they may be dropped at any moment; then at most as many as fit are returned
     */
    static OutputWait of(
            OutputWindow window,
            @Nullable Long offset,
            boolean skipsDropped,
            @Nullable OutputIntake intake,
            ReadRequest request,
            Deadline deadline,
            DeliveryBudget.Share share) {
        return request.ending().framing() == Framing.NONE
                ? new DelimitedWait(window, offset, skipsDropped, intake, request, deadline, share)
                : new FrameWait(window, offset, skipsDropped, intake, request, deadline, share);
    }

    /**
     * Waits, once the offset has been {@linkplain OutputWindow#acknowledge acknowledged}.
     *
     * @return the bytes; none if the deadline passed first, or, with {@code eof}, if all were taken and no more can arrive
     */
    final OutputSlice bytes() throws InterruptedException {
        window.lock.lockInterruptibly();
        try {
            OutputSlice ready = null;
            while (ready == null) {
                ready = advance();
            }
            return ready;
        } finally {
            window.lock.unlock();
        }
    }

    /** Searches or waits once; null to start over, because others could change the window meanwhile. */
    @GuardedBy("window.lock") abstract @Nullable OutputSlice advance() throws InterruptedException;

    @GuardedBy("window.lock") final long start() {
        if (offset == null) {
            return window.cursor;
        }
        return skipsDropped ? Math.max(offset, window.ring.oldest()) : offset;
    }

    final OutputSlice nothing(long from) {
        return new OutputSlice(window, from, from, false, null);
    }

    /** @return false if the deadline has passed */
    @GuardedBy("window.lock") final boolean awaitMore(long mostNanos) throws InterruptedException {
        if (mayReadPipe && deadline.isAhead()) {
            mayReadPipe = readPipe();
            return true;
        }
        mayReadPipe = intake != null;
        return deadline.await(window.changed, mostNanos);
    }

    @GuardedBy("window.lock") private boolean readPipe() throws InterruptedException {
        window.lock.unlock();
        try {
            return intake != null && intake.readSoon();
        } finally {
            window.lock.lock();
        }
    }

    /** Makes room for copies of bytes that may be dropped at any moment; whoever called has to start over. */
    @GuardedBy("window.lock") final void grow(int length) throws InterruptedException {
        window.lock.unlock();
        try {
            share.growOrRefuse(length, deadline);
        } finally {
            window.lock.lock();
        }
    }
}
