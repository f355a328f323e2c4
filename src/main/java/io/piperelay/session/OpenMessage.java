package io.piperelay.session;

import java.time.Duration;

/**
 * A message whose bytes are put as they arrive, by whoever receives them. It has the turn until it {@linkplain #end ends}:
 * no other message reaches the child before that. What was put counts as accepted, even if the message never comes to its
 * end.
 *
 * <p>Not thread-safe.
 */
public final class OpenMessage {

    private final String session;
    private final InputSlot slot;
    private final Turn turn;
    private final Deadline deadline;
    private final long most;
    private final long start;
    private long written;

    OpenMessage(String session, InputSlot slot, Turn turn, Duration timeout, long most) {
        this.session = session;
        this.slot = slot;
        this.turn = turn;
        this.deadline = new Deadline(timeout, () -> false);
        this.most = most;
        this.start = slot.offset();
    }

    /**
     * Returns when all of the bytes have been accepted.
     *
     * @throws PipeException with {@code written} and {@code next}, if the child did not make room in time, or takes no more, or
     *     the message becomes too long
     */
    public void put(byte[] bytes) throws InterruptedException {
        try {
            if (bytes.length > most - written) {
                throw PipeException.requestTooLarge(most);
            }
            for (int from = 0; from < bytes.length; from += PipeSession.CHUNK) {
                int count = Math.min(PipeSession.CHUNK, bytes.length - from);
                deadline.renew();
                slot.put(bytes, from, count, deadline);
                written += count;
            }
        } catch (PipeException e) {
            throw e.with("written", written).with("next", start + written);
        }
    }

    /** Lets others write. To be called once, whatever happened. */
    public WriteResult end() {
        if (written > 0) {
            slot.endMessage();
        }
        turn.end();
        return new WriteResult(session, start, written, start + written);
    }
}
