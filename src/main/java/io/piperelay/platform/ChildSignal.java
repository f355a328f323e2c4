package io.piperelay.platform;

import java.util.Locale;

/** What a child can be sent, whatever its system calls it. */
public enum ChildSignal {
    /** Stop what you are doing, as Ctrl+C asks: SIGINT, or CTRL_BREAK on Windows, which sends no CTRL_C to one group alone. */
    INTERRUPT,
    /** Please end: SIGTERM, or CTRL_BREAK on Windows, which has nothing milder. */
    TERMINATE,
    /** No child can ignore it: SIGKILL, or TerminateJobObject. */
    KILL;

    /** The name that users write. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
