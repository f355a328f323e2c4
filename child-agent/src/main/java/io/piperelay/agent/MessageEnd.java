package io.piperelay.agent;

import java.io.IOException;

/** Tells where a message ends that has no terminator. */
interface MessageEnd {

    /** Whether the bytes read so far are a whole message. May wait a little to find out. */
    boolean reached() throws IOException;
}
