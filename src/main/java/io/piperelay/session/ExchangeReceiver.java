package io.piperelay.session;

/** Whoever sent a message, and gets the reply to it. */
public interface ExchangeReceiver extends Receiver {

    /** All of the message was accepted, now or by an earlier request. Called once, before any reply is delivered. */
    void accepted(WriteResult message);
}
