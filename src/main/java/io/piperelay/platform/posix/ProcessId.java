package io.piperelay.platform.posix;

import com.sun.jna.LastErrorException;

/**
 * One process and no other: its number may be given to a stranger once it is gone.
 *
 * @param start when it started, in the kernel's own words
 */
record ProcessId(long pid, String start) {

    /** A zombie, which nobody reaps perhaps, does not count. */
    boolean isRunning() {
        return ProcStat.of(pid)
                .filter(now -> now.id().equals(this) && !now.zombie())
                .isPresent();
    }

    /** Sends it SIGKILL, if it is still there. */
    void kill() {
        if (isRunning()) {
            try {
                LibC.kill((int) pid, LibC.SIGKILL);
            } catch (LastErrorException e) {
                // ESRCH: it has just ended. EPERM: it became another user's, and is beyond reach.
            }
        }
    }
}
