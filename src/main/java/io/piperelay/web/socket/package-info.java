/**
 * {@code GET /pipe/socket}: what a client sends by a WebSocket enters through {@link io.piperelay.web.socket.Incoming}, piece by
 * piece in the container's thread, and what the child writes leaves through {@link io.piperelay.web.socket.Outgoing}, in a
 * thread of the socket's own. Neither keeps more than what is under way.
 */
@NullMarked
package io.piperelay.web.socket;

import org.jspecify.annotations.NullMarked;
