package io.piperelay.session;

import io.piperelay.platform.Topology;
import org.jspecify.annotations.Nullable;

/**
 * A request for a session.
 *
 * @param child the profile's name
 * @param bufferSize of each pipe in bytes; 0 for the system's default
 * @param replace whether the current session is closed first; otherwise its existence is a conflict
 * @param current the id of the session that must be current; null if that does not matter
 */
public record NewSession(
        String child,
        Topology topology,
        int bufferSize,
        boolean replace,
        @Nullable String current) {}
