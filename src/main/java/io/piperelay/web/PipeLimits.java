package io.piperelay.web;

import io.piperelay.web.payload.ClientPace;
import java.time.Duration;

/**
 * What one request may ask for.
 *
 * @param window capacity of the output's window in bytes, the most that one read can return
 * @param readTimeout how long a read waits unless it says otherwise
 * @param writeTimeout how long a write waits for a full pipe unless it says otherwise
 * @param longestTimeout the most that any request may wait, or grant as a grace
 * @param bodyTimeout how long each 64 KiB of a request's body, or its end, may take to arrive
 * @param minRate the slowest rate, in bytes a second, at which a body may come or an answer be taken beyond that time
 * @param maxRequest how many bytes one write may have
 * @param waitingReaders how many reads, streams and exchanges may be in progress at once
 * @param waitingWriters how many writes may be in progress at once
 * @param observers how many event streams there may be at once
 * @param creators how many requests for a session may be arriving at once
 * @param heartbeat the longest silence in an event stream before a comment is sent
 * @param stallTimeout for how long the client of a stream may accept nothing
 */
public record PipeLimits(
        int window,
        Duration readTimeout,
        Duration writeTimeout,
        Duration longestTimeout,
        Duration bodyTimeout,
        long minRate,
        long maxRequest,
        int waitingReaders,
        int waitingWriters,
        int observers,
        int creators,
        Duration heartbeat,
        Duration stallTimeout) {

    ClientPace pace() {
        return new ClientPace(bodyTimeout, minRate);
    }
}
