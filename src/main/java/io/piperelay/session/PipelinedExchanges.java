package io.piperelay.session;

import io.piperelay.session.ExchangeLog.Exchange;
import io.piperelay.session.Pipeline.Place;
import java.io.IOException;

/**
 * Exchanges with a child that answers each message with exactly one reply, in order: messages are written one after the
 * other, but without waiting for the replies to those before, and each client gets the reply that is its own by its order.
 *
 * <p>For the rest it is as in {@link Exchanges}: a message with an offset can be sent again and is written once, and its
 * reply is kept for it, whether or not a request is waiting. Only if another request has read in the meantime, while none was
 * in the pipeline, the replies that were still to come are forgotten ({@link PipeException.Reason#REPLY_FORGOTTEN}): the child
 * may have been asked for something else since.
 */
final class PipelinedExchanges {

    private final ExchangeTurns turns;
    private final ExchangeWriter writer;
    private final Pipeline pipeline;

    PipelinedExchanges(ExchangeTurns turns, ExchangeWriter writer, Pipeline pipeline) {
        this.turns = turns;
        this.writer = writer;
        this.pipeline = pipeline;
    }

    /** See {@link Exchanges#exchange}; the read has a delimiter, or is for a frame. */
    void exchange(WriteRequest write, ChunkedBody message, ReadRequest read, Receiver receiver)
            throws IOException, InterruptedException {
        writer.begin(write, message);
        enter(new Deadline(write.timeout(), receiver::isGone));
        try {
            Exchange exchange;
            Place place;
            try {
                Exchange known = writer.known(write);
                boolean repeated = known != null && known.isAccepted();
                exchange = writer.write(write, message, pipeline.isBusy());
                receiver.accepted(writer.result(exchange));
                place = repeated ? pipeline.join(exchange) : pipeline.append(exchange, read);
            } finally {
                turns.endWriting();
                turns.endAmongExchanges();
            }
            if (place == null) {
                receiver.receive(writer.reply(exchange));
            } else {
                deliver(exchange, place, new Deadline(read.timeout(), receiver::isGone), receiver);
            }
        } finally {
            pipeline.leave();
        }
    }

    /** Begins the turns, of which that to read is the pipeline's; if it throws, nothing has begun. */
    private void enter(Deadline deadline) throws InterruptedException {
        turns.beginAmongExchanges(deadline);
        try {
            if (pipeline.join()) {
                beginWriting(deadline);
            } else {
                turns.beginBoth(deadline);
                pipeline.open();
            }
        } catch (Throwable e) {
            turns.endAmongExchanges();
            throw e;
        }
    }

    private void beginWriting(Deadline deadline) throws InterruptedException {
        try {
            turns.beginWriting(deadline);
        } catch (Throwable e) {
            pipeline.leave();
            throw e;
        }
    }

    private void deliver(Exchange exchange, Place place, Deadline deadline, Receiver receiver)
            throws IOException, InterruptedException {
        OutputSlice reply = pipeline.await(place, deadline);
        if (reply == null) {
            throw ExchangeWriter.noReply(exchange, pipeline.next(), deadline);
        }
        try {
            receiver.receive(reply);
        } finally {
            pipeline.delivered(place);
        }
    }
}
