package io.piperelay.session;

import java.io.IOException;

/** A client that has requested output, and gets it once it is there. */
public interface Receiver {

    /** Whether the client has disconnected. Quick; called by the reading thread. */
    boolean isGone();

    /** An exchange's whole message was accepted, now or by an earlier request. Called once, before the reply is delivered. */
    default void accepted(WriteResult message) {}

    /**
     * A stream begins. Called once, before any of it is delivered.
     *
     * @param offset of the first byte, unless another reader takes it first
     */
    default void open(long offset) throws IOException {}

    /** Delivers the bytes; they count as taken if this returns, and as not taken if it throws. */
    void receive(OutputSlice slice) throws IOException;
}
