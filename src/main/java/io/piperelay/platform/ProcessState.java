package io.piperelay.platform;

import java.util.Locale;

/** What a process is doing at one moment; not what its descendants do. */
public enum ProcessState {
    /** Using a processor, or about to. */
    RUNNING,
    /** Waiting for anything but its input, as far as can be told. */
    SLEEPING,
    /** Waiting for bytes on its stdin, of which there are none. */
    AWAITING_INPUT,
    /** Waiting for a disk or another device, undisturbed by signals. */
    DISK_SLEEP,
    /** By a signal such as SIGSTOP, until SIGCONT. */
    STOPPED,
    /** Held by a debugger. */
    TRACED;

    /** The name that users read. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
