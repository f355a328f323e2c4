package io.piperelay.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.piperelay.bytes.BadFrameException;
import io.piperelay.bytes.Frame;
import io.piperelay.bytes.Framing;
import org.jspecify.annotations.Nullable;

/** A wait for a whole frame: never for a part of one, and never for more than one. */
final class FrameWait extends OutputWait {

    private final Framing framing;

    FrameWait(
            OutputWindow window,
            @Nullable Long offset,
            boolean skipsDropped,
            @Nullable OutputIntake intake,
            ReadRequest request,
            Deadline deadline,
            DeliveryBudget.Share share) {
        super(window, offset, skipsDropped, intake, deadline, share);
        this.framing = request.ending().framing();
    }

    @Override
    @GuardedBy("window.lock") @Nullable OutputSlice advance() throws InterruptedException {
        window.refuseIfClosed();
        long from = start();
        window.refuseIfGone(from);
        Frame frame = frame(from);
        if (frame != null && frame.end() <= window.ring.end()) {
            return window.dropOldest ? kept(frame) : window.slice(frame, null);
        }
        if (!window.eof) {
            return awaitMore(Long.MAX_VALUE) ? null : nothing(from);
        }
        window.refuseIfBroken();
        if (from < window.ring.end()) {
            throw PipeException.badFrame(from, "the output ended within it");
        }
        return window.slice(from, from, null);
    }

    /** The frame whose header is there. */
    @GuardedBy("window.lock") private @Nullable Frame frame(long from) {
        try {
            Frame frame = framing.frame(window.ring.from(from), from, window.ring.end());
            if (frame != null && frame.end() - from > largest()) {
                throw PipeException.frameTooLarge(from, frame.end() - from, largest());
            }
            return frame;
        } catch (BadFrameException e) {
            throw PipeException.badFrame(from, String.valueOf(e.getMessage()));
        }
    }

    @GuardedBy("window.lock") private int largest() {
        int capacity = window.ring.capacity();
        return window.dropOldest ? Math.min(capacity, share.largest()) : capacity;
    }

    /** A copy, because the bytes may be dropped at any moment; null to start over, if they have been or need more room. */
    @GuardedBy("window.lock") private @Nullable OutputSlice kept(Frame frame) throws InterruptedException {
        int length = (int) (frame.end() - frame.content());
        if (share.bytes().length < length) {
            grow(length);
            return null;
        }
        int copied = window.copyInParts(frame.content(), share.bytes(), length);
        return copied < length ? null : window.slice(frame, share.bytes());
    }
}
