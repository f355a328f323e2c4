package io.piperelay.session;

import io.piperelay.platform.Topology;
import org.jspecify.annotations.Nullable;

/**
 * A session as somebody wants it.
 *
 * @param child the profile's name
 * @param bufferSize of each pipe in bytes; 0 for the system's default
 * @param replace whether the current session is ended first; otherwise it is in the way
 * @param current the id of the session that must be current for this to happen; null if that does not matter
 */
public record NewSession(
        String child,
        Topology topology,
        int bufferSize,
        boolean replace,
        @Nullable String current) {}
