package io.piperelay.agent;

import java.io.IOException;

/** Tells where a message without a terminator ends. */
interface MessageEnd {

    /** Whether the bytes read so far are a whole message. May wait briefly to find out. */
    boolean reached() throws IOException;
}
