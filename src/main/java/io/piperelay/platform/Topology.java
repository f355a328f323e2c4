package io.piperelay.platform;

import java.util.Locale;

/** How many pipes connect the service and its child's standard input and output. */
public enum Topology {
    /** Two pipes, one for each direction: what every program that talks on its standard streams expects. */
    DUPLEX,
    /**
     * One pipe for both directions: the child's stdin is its read end, the child's stdout its write end, and the
     * service keeps both ends open too. Half-duplex: whoever reads carelessly takes back its own bytes.
     */
    SHARED;

    /** As users write it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
