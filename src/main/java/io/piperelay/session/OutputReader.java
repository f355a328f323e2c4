package io.piperelay.session;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Delivers the output to readers: each byte to exactly one of those that read without an offset, in order of arrival.
 *
 * <p>Such a reader has the turn until its bytes have been delivered, and takes them only then. Readers with an offset take
 * nothing and need no turn, so that a client can retry while its lost request is still waiting.
 */
final class OutputReader {

    /** The output ends a moment before the child's exit can be observed. */
    private static final Duration EXIT_FOLLOWS = Duration.ofMillis(250);

    /** After this timeout, a stream checks its receiver and goes on waiting. */
    private static final ReadRequest ANYTHING = new ReadRequest(null, Ending.ANY_BYTE, 1, Duration.ofSeconds(60));

    private final OutputWindow window;
    private final OutputIntake intake;
    private final ChildExit exit;
    private final DeliveryBudget budget;
    private final Turn turn = new Turn();
    private final LongAdder deliveries = new LongAdder();

    OutputReader(OutputWindow window, OutputIntake intake, ChildExit exit, DeliveryBudget budget) {
        this.window = window;
        this.intake = intake;
        this.exit = exit;
        this.budget = budget;
    }

    /** How many reads have got bytes, and how often streams and WebSockets have. */
    long deliveries() {
        return deliveries.sum();
    }

    /** Somebody has got bytes in this reader's turn. */
    void countDelivery() {
        deliveries.increment();
    }

    /** For a turn that spans more than one read. */
    Turn turn() {
        return turn;
    }

    /**
     * Waits for the bytes, until the request's timeout, and delivers them.
     *
     * @return false if the request timed out, or the receiver disconnected, before there were any
     */
    boolean read(ReadRequest request, Receiver receiver) throws IOException, InterruptedException {
        var deadline = new Deadline(request.timeout(), receiver::isGone);
        Long offset = request.offset();
        if (offset != null) {
            window.acknowledge(offset);
            try (DeliveryBudget.Share share = budget.share()) {
                return deliver(await(request, intake, deadline, share), receiver);
            }
        }
        if (!turn.begin(deadline)) {
            return false;
        }
        try (DeliveryBudget.Share share = budget.share()) {
            OutputSlice slice = await(request, intake, deadline, share);
            boolean delivered = deliver(slice, receiver);
            if (delivered) {
                window.take(slice);
            }
            return delivered;
        } finally {
            turn.end();
        }
    }

    private OutputSlice await(
            ReadRequest request, @Nullable OutputIntake pipe, Deadline deadline, DeliveryBudget.Share share)
            throws InterruptedException {
        return OutputWait.of(window, request.offset(), false, pipe, request, deadline, share)
                .bytes();
    }

    /**
     * Delivers and takes the output as it arrives, until it ends or the receiver disconnects. It has the turn only while it
     * takes bytes, so that others can read and exchange while the output is silent or the receiver is slow.
     *
     * @throws PipeException {@code END_OF_OUTPUT} if the output had already ended
     * @throws PipeException {@code SESSION_CLOSED} if there was more output that can't be delivered
     * @throws PipeException {@code OFFSET_GONE} if bytes were dropped that should have been delivered
     */
    void stream(Receiver receiver) throws IOException, InterruptedException {
        OutputSlice first = look(new Deadline(Duration.ZERO, receiver::isGone));
        if (first.isEmpty() && first.eof()) {
            throw endOfOutput();
        }
        long dropped = window.dropped();
        receiver.open(first.offset());
        try {
            while (true) {
                var deadline = new Deadline(ANYTHING.timeout(), receiver::isGone);
                OutputSlice unread = look(deadline);
                if ((unread.isEmpty() && unread.eof()) || receiver.isGone()) {
                    return;
                }
                if (!unread.isEmpty()) {
                    deliverUnread(receiver, dropped, deadline);
                }
            }
        } catch (PipeException.SessionClosed e) {
            if (!window.isExhausted()) {
                throw e;
            }
        }
    }

    private OutputSlice look(Deadline deadline) throws InterruptedException {
        try (DeliveryBudget.Share share = budget.share()) {
            return await(ANYTHING, null, deadline, share);
        }
    }

    /** Delivers what is there, and what arrives meanwhile, if the turn and the space for it are available in time. */
    private void deliverUnread(Receiver receiver, long dropped, Deadline deadline)
            throws IOException, InterruptedException {
        try (DeliveryBudget.Share share = budget.share()) {
            boolean more = share.grow(PipeSession.CHUNK, deadline);
            while (more && !receiver.isGone() && turn.begin(deadline)) {
                OutputSlice taken = takeInTurn(share.bytes(), dropped);
                more = !taken.isEmpty();
                if (more) {
                    receiver.receive(taken);
                    deliveries.increment();
                }
            }
        }
    }

    /** Takes what is unread, perhaps nothing, and ends the turn. */
    private OutputSlice takeInTurn(byte[] target, long dropped) {
        try {
            OutputSlice taken = window.takeNow(target);
            if (window.dropped() > dropped) {
                throw PipeException.offsetGone(taken.offset() - 1, taken.offset());
            }
            return taken;
        } finally {
            turn.end();
        }
    }

    /** The same, where the window drops nothing, so that the reply stays there. */
    OutputSlice awaitReply(long offset, ReadRequest request, Deadline deadline) throws InterruptedException {
        try (DeliveryBudget.Share share = budget.share()) {
            return awaitReply(offset, request, deadline, share);
        }
    }

    /**
     * Waits for a reply, without taking it, and without a turn.
     *
     * @param offset of its first byte
     * @return none if the deadline passed first
     * @throws PipeException {@code END_OF_OUTPUT} if the output ended without a reply
     */
    OutputSlice awaitReply(long offset, ReadRequest request, Deadline deadline, DeliveryBudget.Share share)
            throws InterruptedException {
        OutputSlice reply = OutputWait.of(window, offset, window.dropOldest, intake, request, deadline, share)
                .bytes();
        if (reply.isEmpty() && reply.eof()) {
            throw endOfOutput();
        }
        return reply;
    }

    private boolean deliver(OutputSlice slice, Receiver receiver) throws IOException {
        if (slice.isEmpty() && slice.eof()) {
            throw endOfOutput();
        }
        if (slice.isEmpty() || receiver.isGone()) {
            return false;
        }
        receiver.receive(slice);
        deliveries.increment();
        return true;
    }

    private PipeException endOfOutput() {
        exit.within(EXIT_FOLLOWS);
        return PipeException.endOfOutput(exit.code());
    }
}
