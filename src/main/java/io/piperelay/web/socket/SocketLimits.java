package io.piperelay.web.socket;

import io.piperelay.web.payload.ClientPace;
import java.time.Duration;

/**
 * What a socket may take.
 *
 * @param writeTimeout for the turn to write, and each time for the child to make room
 * @param longestMessage in bytes
 * @param pace at which the rest of a message has to arrive
 * @param stallTimeout how long the client may accept nothing
 * @param heartbeat the longest silence
 */
public record SocketLimits(
        Duration writeTimeout, long longestMessage, ClientPace pace, Duration stallTimeout, Duration heartbeat) {}
