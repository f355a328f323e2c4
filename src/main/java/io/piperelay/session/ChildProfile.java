package io.piperelay.session;

import io.piperelay.bytes.Framing;
import io.piperelay.bytes.TextEncoding;
import io.piperelay.platform.ChildCommand;
import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.Topology;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A child that the operator configured under a name.
 *
 * @param command what is launched
 * @param sharedCommand what is launched on a shared pipe instead; null for a program that cannot take turns on one
 * @param pipelining whether it answers each message with exactly one reply, in order, so that exchanges need not wait for each
 *     other; without effect where output may be dropped
 * @param encoding of its text; null for UTF-8
 * @param framing of its messages
 * @param stopGrace how long it may take to exit by itself when its session is closed
 * @param stopInput what is written before its input is closed then, within that time; empty for nothing
 */
public record ChildProfile(
        String name,
        Launchable command,
        @Nullable Launchable sharedCommand,
        boolean pipelining,
        @Nullable TextEncoding encoding,
        Framing framing,
        Duration stopGrace,
        String stopInput) {

    /** A command that is determined at the moment of its launch. */
    public interface Launchable {

        /** @throws NativeCallException if what it needs could not be made ready */
        ChildCommand command() throws NativeCallException;
    }

    Launchable commandFor(Topology topology) {
        if (topology == Topology.DUPLEX) {
            return command;
        }
        if (sharedCommand == null) {
            throw PipeException.unsupportedTopology(name);
        }
        return sharedCommand;
    }
}
