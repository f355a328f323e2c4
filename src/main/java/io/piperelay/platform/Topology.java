package io.piperelay.platform;

import java.util.Locale;

/** How many pipes connect the service and its child's standard input and output. */
public enum Topology {
    /** Two pipes, one for each direction: what every program that uses its standard streams expects. */
    DUPLEX,
    /**
     * One pipe for both directions: its read end is the child's stdin, its write end the child's stdout, and the service
     * keeps both ends open too. Half-duplex: a program that simply reads may take back its own bytes.
     */
    SHARED;

    /** The name that users write. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
