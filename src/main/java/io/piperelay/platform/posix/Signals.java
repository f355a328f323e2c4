package io.piperelay.platform.posix;

import io.piperelay.platform.ChildSignal;
import io.piperelay.platform.ExitStatus;

/** The names of Linux signals: <a href="https://man7.org/linux/man-pages/man7/signal.7.html">signal(7)</a>. */
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

    /**
     * A process's exit code as in a shell, 128 plus the number of the signal if one ended it, from the status of <a
     * href="https://man7.org/linux/man-pages/man2/waitpid.2.html">waitpid(2)</a>.
     */
    static int exitCode(int status) {
        int signal = status & 0x7f;
        return signal == 0 ? status >> 8 & 0xff : BY_SIGNAL + signal;
    }

    /** @param code a child's exit code; 128 plus the number of the signal if one ended it */
    static ExitStatus exitStatus(int code) {
        int signal = code - BY_SIGNAL;
        if (signal < 1 || signal > LAST) {
            return new ExitStatus(code, null);
        }
        return new ExitStatus(code, name(signal));
    }

    static String name(int signal) {
        return "SIG" + (signal < FIRST_REALTIME ? NAMES[signal - 1] : "RT" + signal);
    }

    static int number(ChildSignal signal) {
        return switch (signal) {
            case INTERRUPT -> LibC.SIGINT;
            case TERMINATE -> LibC.SIGTERM;
            case KILL -> LibC.SIGKILL;
        };
    }
}
