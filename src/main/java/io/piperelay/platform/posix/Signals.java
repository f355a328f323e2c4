package io.piperelay.platform.posix;

import io.piperelay.platform.ExitStatus;

/** The names of Linux' signals: <a href="https://man7.org/linux/man-pages/man7/signal.7.html">signal(7)</a>. */
final class Signals {

    private static final int BY_SIGNAL = 128;
    private static final int FIRST_REALTIME = 32;
    private static final int LAST = 64;

    /** By number, as on x86 and ARM, from 1 on. */
    private static final String[] NAMES = {
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
        "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
        "WINCH", "IO", "PWR", "SYS"
    };

    private Signals() {}

    /** @param code as the JDK reports it: a child that a signal ended has 128 plus its number */
    static ExitStatus exitStatus(int code) {
        int signal = code - BY_SIGNAL;
        if (signal < 1 || signal > LAST) {
            return new ExitStatus(code, null);
        }
        return new ExitStatus(code, "SIG" + (signal < FIRST_REALTIME ? NAMES[signal - 1] : "RT" + signal));
    }
}
