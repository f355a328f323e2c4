package io.piperelay.platform.posix;

import com.sun.jna.LastErrorException;

/**
 * Identifies one process for good: its pid alone may be reused once it is gone.
 *
 * @param start its start time, as the kernel gives it
 */
record ProcessId(long pid, String start) {

    /** A zombie, which perhaps nobody reaps, does not count. */
    boolean isRunning() {
        return ProcStat.of(pid)
                .filter(now -> now.id().equals(this) && !now.zombie())
                .isPresent();
    }

    /** Sends it SIGKILL, if it still exists. */
    void kill() {
        if (isRunning()) {
            try {
                LibC.kill((int) pid, LibC.SIGKILL);
            } catch (LastErrorException e) {
                // ESRCH: it has just ended. EPERM: it has become another user's, and is out of reach.
            }
        }
    }
}
