package io.piperelay.web.socket;

import io.piperelay.bytes.Framing;
import org.jspecify.annotations.Nullable;

/**
 * What the client of a socket asked for.
 *
 * @param protocol the subprotocol that is agreed on; null for none
 * @param text whether output comes as text
 * @param lines whether each message is a line; not together with a framing
 * @param framing of which each message is what a frame contains
 * @param takes whether the output that it gets goes to nobody else
 * @param confirms whether the client says itself up to where it has got the output, which stays unread until then
 * @param only whether no session is meant that may follow this one
 */
public record SocketTerms(
        @Nullable String protocol,
        boolean text,
        boolean lines,
        Framing framing,
        boolean takes,
        boolean confirms,
        boolean only) {

    public boolean isJson() {
        return Handshake.isJson(protocol);
    }
}
