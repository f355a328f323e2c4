package io.piperelay.platform.windows;

import com.sun.jna.platform.win32.Kernel32;
import com.sun.jna.platform.win32.WinBase;
import com.sun.jna.ptr.IntByReference;
import io.piperelay.platform.ExitStatus;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a process to end, on a thread of its own that owns the process's handle: all others may wait here, be
 * interrupted and wait again, and no handle is closed while in use.
 */
final class ExitWatch {

    private final CreatedProcess process;
    private final CompletableFuture<ExitStatus> exit = new CompletableFuture<>();

    private ExitWatch(CreatedProcess process) {
        this.process = process;
    }

    /** Takes ownership of the process's handle when it returns; if it throws, the caller still owns it. */
    static ExitWatch start(CreatedProcess process) {
        var watch = new ExitWatch(process);
        var thread = new Thread(watch::run, "exit of " + process.pid());
        thread.setDaemon(true);
        thread.start();
        return watch;
    }

    ExitStatus await() throws InterruptedException {
        try {
            return exit.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("waiting for process " + process.pid() + " failed", e.getCause());
        }
    }

    /** Runs the action unless the process has ended; then returns null. Its id is not reused meanwhile, even if it ends. */
    synchronized <T> @Nullable T whileAlive(Supplier<@Nullable T> action) {
        return exit.isDone() || hasEnded() ? null : action.get();
    }

    /** Even if this watch's thread has yet to notice. */
    private boolean hasEnded() {
        return Kernel32.INSTANCE.WaitForSingleObject(process.handle().handle(), 0) == WinBase.WAIT_OBJECT_0;
    }

    private void run() {
        try {
            // The wait decides, not the exit code: 259 (STILL_ACTIVE) is an exit code like any other.
            if (Kernel32.INSTANCE.WaitForSingleObject(process.handle().handle(), WinBase.INFINITE)
                    == WinBase.WAIT_FAILED) {
                throw Win32Error.failed("WaitForSingleObject");
            }
            var code = new IntByReference();
            if (!Kernel32.INSTANCE.GetExitCodeProcess(process.handle().handle(), code)) {
                throw Win32Error.failed("GetExitCodeProcess");
            }
            exit.complete(new ExitStatus(code.getValue(), null));
        } catch (Throwable e) {
            exit.completeExceptionally(e);
        } finally {
            release();
        }
    }

    private synchronized void release() {
        process.handle().close();
    }
}
