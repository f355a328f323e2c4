package io.piperelay.session;

import java.io.IOException;

/** Whoever gets all the output as it comes. */
public interface StreamReceiver extends Receiver {

    /**
     * There is output to come. Called once, before anything is received.
     *
     * @param offset of the first byte, if nobody else reads before it comes
     */
    void open(String session, long offset) throws IOException;
}
