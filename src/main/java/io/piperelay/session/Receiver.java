package io.piperelay.session;

import java.io.IOException;

/** Whoever asked for output, and gets it once it is there. */
public interface Receiver {

    /** Whether nobody is there any more to take an answer. Quick; asked by the reading thread. */
    boolean isGone();

    /** All of an exchange's message was accepted, now or by an earlier request. Called once, before its reply is delivered. */
    default void accepted(WriteResult message) {}

    /**
     * A stream's output is to come. Called once, before any of it is delivered.
     *
     * @param offset of the first byte, if nobody else reads before it comes
     */
    default void open(String session, long offset) throws IOException {}

    /** Delivers the bytes; they count as taken when this returns, and as never taken when it throws. */
    void receive(OutputSlice slice) throws IOException;
}
