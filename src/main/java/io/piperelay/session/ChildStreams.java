package io.piperelay.session;

import io.piperelay.halfduplex.SharedPipeParent;
import io.piperelay.platform.ChildProcess;
import io.piperelay.platform.Topology;
import java.io.InputStream;
import java.io.OutputStream;

/** A child's input and output as two independent streams, whatever pipes are below them; each for one thread. */
record ChildStreams(OutputStream input, InputStream output) {

    static ChildStreams of(ChildProcess child, Topology topology, ChildExit exit) {
        if (topology == Topology.DUPLEX) {
            return new ChildStreams(child.input(), child.output());
        }
        var shared = new SharedPipeParent(child.output(), child.input(), () -> exit.status() == null);
        return new ChildStreams(shared.input(), shared.output());
    }
}
