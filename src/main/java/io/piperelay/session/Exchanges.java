package io.piperelay.session;

import io.piperelay.session.ExchangeLog.Exchange;
import java.io.IOException;

/**
 * Messages and the replies to them, one after the other: an exchange has both the writers' and the readers' turn from its
 * message's first byte until its reply has been delivered.
 *
 * <p>A message with an offset can be sent again as often as its client likes; it is written once and has one reply. Its
 * states:
 *
 * <pre>
 * begun ──▶ accepted ──▶ answered
 * </pre>
 *
 * <ul>
 *   <li><b>begun</b>: a part was accepted, then the child left its pipe full, or the client disconnected. The same message
 *       sent again supplies the rest, unless another request has written in the meantime
 *       ({@link PipeException.Reason#OFFSET_TAKEN}).
 *   <li><b>accepted</b>: the reply is awaited by the request that has the turn and at the same time, without a turn, by all
 *       requests that repeat it. Each of them gets the same bytes. The one that has the turn keeps it until it times out,
 *       even if its client has disconnected: the next exchange would mistake this reply for its own. After the timeout, the
 *       next repetition takes the turn and goes on waiting, from the same position in the output.
 *   <li><b>answered</b>: the reply's position is known, and it counts as taken, whether or not it reached its client.
 *       Repetitions get it from there at once, as long as the window holds it ({@link PipeException.Reason#OFFSET_GONE}
 *       after that).
 * </ul>
 *
 * A message without an offset can't be repeated unless its client learned its offset in time. If that client has
 * disconnected, the reply is left unread, and the turn is not kept for it.
 *
 * <p>What has been forgotten, or was not written by an exchange, has no reply
 * ({@link PipeException.Reason#REPLY_FORGOTTEN}); nor has a message that differs from the one written at its offset
 * ({@link PipeException.Reason#OFFSET_TAKEN}). Writing to a child whose output cannot get out is refused at once
 * ({@link PipeException.Reason#WINDOW_FULL}), or as soon as that shows ({@link PipeException.Reason#EXCHANGE_TOO_LARGE}).
 */
final class Exchanges {

    private final ExchangeTurns turns;
    private final ExchangeWriter writer;
    private final OutputWindow window;
    private final OutputReader reader;
    private final DeliveryBudget budget;
    private final ExchangeLog log;

    Exchanges(
            ExchangeTurns turns,
            ExchangeWriter writer,
            OutputWindow window,
            OutputReader reader,
            DeliveryBudget budget,
            ExchangeLog log) {
        this.turns = turns;
        this.writer = writer;
        this.window = window;
        this.reader = reader;
        this.budget = budget;
        this.log = log;
    }

    /**
     * Writes a message and delivers the reply to it, and no other request writes or reads in between; or delivers the reply
     * to the message that was written earlier at its offset.
     *
     * <p>The write's timeout applies to the turn and to the child's making room, the read's to the reply.
     *
     * @param read which bytes are the reply; it has no offset, because the reply is searched for from where the cursor was
     *     when the message was written
     * @throws PipeException {@code REPLY_TIMEOUT} if the reply did not arrive in time; the message was accepted, and the reply
     *     can still be had
     */
    void exchange(WriteRequest write, ChunkedBody message, ReadRequest read, Receiver receiver)
            throws IOException, InterruptedException {
        writer.begin(write, message);
        Exchange known = writer.known(write);
        if (known != null && (known.reply() != null || log.isInTurn(known))) {
            writer.verify(known, message);
            receiver.accepted(writer.result(known));
            repeat(known, read, receiver);
            return;
        }
        turns.begin(new Deadline(write.timeout(), receiver::isGone));
        try {
            exchangeInTurn(write, message, read, receiver);
        } finally {
            turns.end();
        }
    }

    private void exchangeInTurn(WriteRequest write, ChunkedBody message, ReadRequest read, Receiver receiver)
            throws IOException, InterruptedException {
        Exchange exchange = writer.write(write, message, false);
        boolean repeatable = write.offset() != null;
        log.enter(exchange);
        boolean delivered = false;
        try {
            receiver.accepted(writer.result(exchange));
            var deadline = new Deadline(read.timeout(), () -> !repeatable && receiver.isGone());
            answer(exchange, read, deadline, receiver);
            delivered = true;
        } finally {
            OutputSlice reply = log.leave(exchange).reply();
            if (reply != null && (delivered || repeatable)) {
                window.take(reply);
            }
        }
    }

    /** Waits for the reply, which this or another request finds first, and delivers it. */
    private void answer(Exchange exchange, ReadRequest read, Deadline deadline, Receiver receiver)
            throws IOException, InterruptedException {
        if (exchange.reply() != null) {
            receiver.receive(exchange.reply());
            return;
        }
        try (DeliveryBudget.Share share = budget.share()) {
            OutputSlice found = awaitReply(exchange, read, deadline, share);
            OutputSlice reply = (found.isEmpty() ? log.latest(exchange) : log.answer(exchange, found)).reply();
            if (reply == null || deadline.isAbandoned()) {
                throw ExchangeWriter.noReply(exchange, exchange.replyStart(), deadline);
            }
            boolean same = found.offset() == reply.offset() && found.next() == reply.next();
            receiver.receive(same ? found : reply);
        }
    }

    private OutputSlice awaitReply(Exchange exchange, ReadRequest read, Deadline deadline, DeliveryBudget.Share share)
            throws InterruptedException {
        try {
            return reader.awaitReply(exchange.replyStart(), read, deadline, share);
        } catch (PipeException.TooManyDeliveries e) {
            // A client that tries again must know that the message is written.
            throw ExchangeWriter.afterAcceptance(e, exchange);
        }
    }

    /** Delivers the reply to a message for which another request has or had the turn. */
    private void repeat(Exchange exchange, ReadRequest read, Receiver receiver)
            throws IOException, InterruptedException {
        answer(exchange, read, new Deadline(read.timeout(), receiver::isGone), receiver);
        OutputSlice reply = log.latest(exchange).reply();
        if (reply != null && !log.isInTurn(exchange)) {
            window.take(reply);
        }
    }
}
