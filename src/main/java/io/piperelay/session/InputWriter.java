package io.piperelay.session;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Puts messages into the input slot, one whole message after the other, each byte exactly once.
 *
 * <p>A writer has the turn until its message is accepted; the others wait for theirs in order of arrival. The first chunk is
 * read before the turn, so that a client that sends a short message slowly holds nobody up. A client that disconnects while
 * it waits loses its place; once it has the turn, its message is accepted as far as it arrives.
 */
final class InputWriter {

    private final String session;
    private final InputSlot slot;
    private final Turn turn = new Turn();

    InputWriter(String session, InputSlot slot) {
        this.session = session;
        this.slot = slot;
    }

    /** For a turn that spans more than one message. */
    Turn turn() {
        return turn;
    }

    /**
     * Returns when the whole message has been accepted. The request's timeout applies to the turn, and again each time that
     * the child has to make room.
     *
     * @throws PipeException with {@code written} and {@code next}, if part of the message may have been accepted
     * @throws IOException if the message could not be read to its end; what arrived before counts
     */
    WriteResult write(WriteRequest request, ChunkedBody message) throws IOException, InterruptedException {
        var deadline = new Deadline(request.timeout(), message::isSenderGone);
        begin(request, message);
        if (!turn.begin(deadline)) {
            throw noTurn(deadline);
        }
        try {
            return writeInTurn(request, message, deadline.whateverHappens());
        } finally {
            turn.end();
        }
    }

    /**
     * Begins a message whose bytes are put as they arrive, behind all that was accepted before.
     *
     * @param gone whether the sender has disconnected; quick
     * @param timeout for the turn, and again each time that the child has to make room
     * @param most the maximum number of bytes
     */
    OpenMessage open(Duration timeout, long most, BooleanSupplier gone) throws InterruptedException {
        var deadline = new Deadline(timeout, gone);
        if (!turn.begin(deadline)) {
            throw noTurn(deadline);
        }
        return new OpenMessage(session, slot, turn, timeout, most);
    }

    /**
     * Reads the message's first chunk, for which no turn is needed.
     *
     * @throws PipeException {@code BODY_TOO_SLOW} if none of it arrived in time
     */
    void begin(WriteRequest request, ChunkedBody message) throws IOException {
        try {
            message.begin();
        } catch (SocketTimeoutException e) {
            throw nothingWritten(PipeException.bodyTooSlow(), request);
        } catch (PipeException e) {
            throw nothingWritten(e, request);
        }
    }

    private PipeException nothingWritten(PipeException reason, WriteRequest request) {
        return reason.with("written", 0L).with("next", start(request));
    }

    private long start(WriteRequest request) {
        return request.offset() == null ? slot.offset() : request.offset();
    }

    /**
     * Like {@link #write}, for a message that has been {@linkplain #begin begun} by a caller that has the turn.
     *
     * @param deadline for the child to make room
     */
    WriteResult writeInTurn(WriteRequest request, ChunkedBody message, Deadline deadline)
            throws IOException, InterruptedException {
        long accepted = slot.offset();
        long start = start(request);
        if (start > accepted) {
            throw PipeException.offsetGap("input", start, accepted);
        }
        long next = put(message, start, accepted, deadline);
        if (request.eof()) {
            slot.end();
        }
        return new WriteResult(session, start, next - start, next);
    }

    /** Why a caller did not get its turn. */
    static PipeException noTurn(Deadline deadline) {
        return deadline.isAbandoned() ? PipeException.clientGone().with("written", 0L) : PipeException.pipeBusy();
    }

    /** Puts the bytes after {@code accepted} into the slot, and returns the offset of the message's end. */
    private long put(ChunkedBody message, long start, long accepted, Deadline deadline)
            throws IOException, InterruptedException {
        long position = start;
        try {
            for (; message.length() > 0; message.next()) {
                int length = message.length();
                int known = (int) Math.min(length, Math.max(0, accepted - position));
                if (known < length) {
                    deadline.renew();
                    slot.put(message.chunk(), known, length - known, deadline);
                }
                position += length;
            }
        } catch (SocketTimeoutException e) {
            endMessage(position, accepted);
            throw PipeException.bodyTooSlow().with("written", position - start).with("next", position);
        } catch (PipeException e) {
            long next = Math.max(position, Math.min(accepted, position + message.length()));
            throw e.with("written", next - start).with("next", next);
        }
        endMessage(position, accepted);
        return position;
    }

    private void endMessage(long position, long accepted) {
        if (position > accepted) {
            slot.endMessage();
        }
    }
}
