package io.piperelay.session;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Hands the output to readers: each byte to exactly one of those that read without an offset, in the order they came.
 *
 * <p>Such a reader has the turn until its bytes are delivered, and takes them only then. Readers with an offset take
 * nothing and need no turn, so that a client can ask again while its lost request is still waiting.
 */
final class OutputReader {

    /** The output ends a moment before the exit of its writer can be seen. */
    private static final Duration EXIT_FOLLOWS = Duration.ofMillis(250);

    private static final Wanted ANYTHING = new Wanted(1, null);
    private static final int PORTION = 64 * 1024;

    /** After which a stream looks around; it then goes on waiting. */
    private static final Duration LONG = Duration.ofSeconds(60);

    private final String session;
    private final OutputWindow window;
    private final ChildExit exit;
    private final DeliveryBudget budget;
    private final ReentrantLock turn = new ReentrantLock(true);

    OutputReader(String session, OutputWindow window, ChildExit exit, DeliveryBudget budget) {
        this.session = session;
        this.window = window;
        this.exit = exit;
        this.budget = budget;
    }

    /** A turn that spans more than one read; reentrant. */
    ReentrantLock turn() {
        return turn;
    }

    /**
     * Waits for the wanted bytes and delivers them.
     *
     * @return false if patience ended before there were any
     */
    boolean read(ReadRequest request, Patience patience, Receiver receiver) throws IOException, InterruptedException {
        Long offset = request.offset();
        if (offset != null) {
            window.acknowledge(offset);
            try (DeliveryBudget.Share share = budget.share()) {
                return deliver(window.awaitFrom(offset, request.wanted(), patience, share), receiver);
            }
        }
        if (!patience.acquire(turn)) {
            return false;
        }
        try (DeliveryBudget.Share share = budget.share()) {
            Span span = window.awaitUnread(request.wanted(), patience, share);
            boolean delivered = deliver(span, receiver);
            if (delivered) {
                window.take(span);
            }
            return delivered;
        } finally {
            turn.unlock();
        }
    }

    /**
     * Delivers and takes the output as it comes, until it ends or the receiver is gone. It has the turn only while it takes
     * bytes, so that others can read and exchange while the output is silent or the receiver is slow.
     *
     * @throws PipeException.EndOfOutput if it had ended before
     * @throws PipeException.SessionClosed if there was more that can't be delivered
     * @throws PipeException.OffsetGone if bytes were dropped that it should have delivered
     */
    void stream(StreamReceiver receiver) throws IOException, InterruptedException {
        Span first = look(new Patience(Duration.ZERO, receiver::isGone));
        if (first.isEmpty() && first.eof()) {
            throw endOfOutput();
        }
        long dropped = window.dropped();
        receiver.open(session, first.offset());
        try {
            while (true) {
                var patience = new Patience(LONG, receiver::isGone);
                Span unread = look(patience);
                if (unread.isEmpty() && unread.eof() || receiver.isGone()) {
                    return;
                }
                if (!unread.isEmpty()) {
                    deliverNext(receiver, dropped, patience);
                }
            }
        } catch (PipeException.SessionClosed e) {
            if (!window.isExhausted()) {
                throw e;
            }
        }
    }

    private Span look(Patience patience) throws InterruptedException {
        try (DeliveryBudget.Share share = budget.share()) {
            return window.awaitUnread(ANYTHING, patience, share);
        }
    }

    /** Delivers what comes next, if the turn and the room for it come in time. */
    private void deliverNext(Receiver receiver, long dropped, Patience patience)
            throws IOException, InterruptedException {
        try (DeliveryBudget.Share share = budget.share()) {
            if (share.grow(PORTION, patience) && patience.acquire(turn)) {
                receiver.receive(new OutputSlice(session, window, takeInTurn(share.bytes(), dropped)));
            }
        }
    }

    /** Takes what is left, perhaps nothing, and ends the turn. */
    private Span takeInTurn(byte[] target, long dropped) {
        try {
            Span taken = window.takeNow(target);
            if (window.dropped() > dropped) {
                throw new PipeException.OffsetGone(taken.offset() - 1, taken.offset());
            }
            return taken;
        } finally {
            turn.unlock();
        }
    }

    /**
     * Waits for a reply, without taking it, and without a turn.
     *
     * @param offset of its first byte
     * @return none if patience ended first
     * @throws PipeException.EndOfOutput if the output ended without a reply
     */
    Span awaitReply(long offset, Wanted wanted, Patience patience, DeliveryBudget.Share share)
            throws InterruptedException {
        Span reply = window.awaitReply(offset, wanted, patience, share);
        if (reply.isEmpty() && reply.eof()) {
            throw endOfOutput();
        }
        return reply;
    }

    private boolean deliver(Span span, Receiver receiver) throws IOException {
        if (span.isEmpty() && span.eof()) {
            throw endOfOutput();
        }
        if (span.isEmpty() || receiver.isGone()) {
            return false;
        }
        receiver.receive(new OutputSlice(session, window, span));
        return true;
    }

    private PipeException endOfOutput() {
        exit.within(EXIT_FOLLOWS);
        return new PipeException.EndOfOutput(exit.code());
    }
}
