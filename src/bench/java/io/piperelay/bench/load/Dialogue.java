package io.piperelay.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** What one connection asks, again and again, and what it expects to hear. */
public interface Dialogue {

    /** Says on a new connection, which is still blocking, what has to be said once. */
    default void open(SocketChannel channel) throws IOException {}

    /** The question, ready to be written. */
    ByteBuffer question();

    /**
     * Looks for the answer in what has arrived so far.
     *
     * @param arrived from 0 to its position
     * @throws IOException if the answer is not the one expected
     */
    Answer answer(ByteBuffer arrived) throws IOException;

    /** How far an answer has come. */
    enum Answer {
        UNFINISHED,
        COMPLETE,
        /** Complete, and the server will say no more on this connection. */
        LAST
    }
}
