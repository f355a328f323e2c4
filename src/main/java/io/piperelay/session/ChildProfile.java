package io.piperelay.session;

import io.piperelay.platform.ChildCommand;
import io.piperelay.platform.Topology;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A child that the operator configured under a name.
 *
 * @param command what is launched
 * @param sharedCommand what is launched on a shared pipe instead; null for a program that cannot take turns on one
 * @param stopGrace how long it may take to end by itself when its session is closed
 */
public record ChildProfile(
        String name, ChildCommand command, @Nullable ChildCommand sharedCommand, Duration stopGrace) {

    ChildCommand commandFor(Topology topology) {
        if (topology == Topology.DUPLEX) {
            return command;
        }
        if (sharedCommand == null) {
            throw new PipeException.UnsupportedTopology(name);
        }
        return sharedCommand;
    }
}
