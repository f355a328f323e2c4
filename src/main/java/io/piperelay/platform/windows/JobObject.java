package io.piperelay.platform.windows;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.sun.jna.Pointer;
import com.sun.jna.platform.win32.WinNT.HANDLE;
import io.piperelay.platform.NativeCallException;

/**
 * A <a href="https://learn.microsoft.com/windows/win32/procthread/job-objects">job object</a>: a child and all of its
 * descendants, which can be ended together. Its last handle is closed when the service ends, however it ends, and <a
 * href="https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_basic_limit_information">
 * JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE</a> then ends all of them. JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION ends one that
 * crashes at once, with the exception's code: Windows Error Reporting could otherwise ask somebody at the screen first, who
 * may not exist. Any thread may call any method.
 */
final class JobObject implements AutoCloseable {

    /** What the JDK's Process.destroy uses, too; 0 would look like a success. */
    private static final int KILLED = 1;

    private final OwnedHandle handle;

    @GuardedBy("this") private boolean closed;

    private JobObject(OwnedHandle handle) {
        this.handle = handle;
    }

    static JobObject create() throws NativeCallException {
        Pointer created = Kernel32Ex.CreateJobObjectW(null, null);
        if (created == null) {
            throw Win32Error.failed("CreateJobObject");
        }
        var job = new JobObject(new OwnedHandle(new HANDLE(created)));
        try {
            job.limit();
            return job;
        } catch (Throwable e) {
            job.close();
            throw e;
        }
    }

    private void limit() throws NativeCallException {
        var limits = new Kernel32Ex.JOBOBJECT_EXTENDED_LIMIT_INFORMATION();
        limits.BasicLimitInformation.LimitFlags =
                Kernel32Ex.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | Kernel32Ex.JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION;
        if (!Kernel32Ex.SetInformationJobObject(
                handle.pointer(), Kernel32Ex.JobObjectExtendedLimitInformation, limits, limits.size())) {
            throw Win32Error.failed("SetInformationJobObject");
        }
    }

    OwnedHandle handle() {
        return handle;
    }

    /**
     * Ends every process of the job, without waiting for them to end.
     *
     * @return false if the system refused
     */
    @CanIgnoreReturnValue
    synchronized boolean kill() {
        return closed || Kernel32Ex.TerminateJobObject(handle.pointer(), KILLED);
    }

    /** Also ends every process of the job. */
    @Override
    public synchronized void close() {
        // KILL_ON_JOB_CLOSE alone would end them with exit code 0, as if they had succeeded.
        kill();
        closed = true;
        handle.close();
    }
}
