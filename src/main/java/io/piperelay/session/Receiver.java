package io.piperelay.session;

import java.io.IOException;

/** Whoever asked for output, and gets it once it is there. */
public interface Receiver {

    /** Whether nobody is there any more to take an answer. Quick; asked by the reading thread. */
    boolean isGone();

    /** Delivers the bytes; they count as taken when this returns, and as never taken when it throws. */
    void receive(OutputSlice slice) throws IOException;
}
