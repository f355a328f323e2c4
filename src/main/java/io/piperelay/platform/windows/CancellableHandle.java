package io.piperelay.platform.windows;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.sun.jna.Pointer;
import com.sun.jna.platform.win32.Kernel32;
import com.sun.jna.platform.win32.WinNT.HANDLE;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * A handle with at most one blocking call in progress, which {@link #close} cancels from another thread.
 *
 * <p>A call is made between {@link #enter} and {@link #leave}. Closing the handle during a call would be wrong twice over:
 * the call would go on, and the handle's number might be reused. So close() first cancels the call, and closes the handle
 * when its thread has left. A caller that finds another thread inside waits until it has left.
 */
final class CancellableHandle implements AutoCloseable {

    /** A cancellation that comes just before the call blocks is lost, so it is repeated at this interval. */
    private static final long CANCEL_INTERVAL_MILLIS = 2;

    private final OwnedHandle handle;

    @GuardedBy("this") private boolean busy;

    @GuardedBy("this") private boolean closing;

    @GuardedBy("this") private @Nullable Thread caller;

    @GuardedBy("this") private int callerId;

    /** Takes ownership of the handle. */
    CancellableHandle(OwnedHandle handle) {
        this.handle = handle;
    }

    /** Begins a call. The caller must {@link #leave} again, whatever happens. */
    synchronized Pointer enter() throws ClosedChannelException {
        awaitTurn();
        return begin();
    }

    /** Like {@link #enter}, but returns null if another call is in progress. */
    synchronized @Nullable Pointer tryEnter() throws ClosedChannelException {
        return busy ? null : begin();
    }

    synchronized void leave() {
        busy = false;
        notifyAll();
    }

    /**
     * Cancels the call in progress, if any, waits until it has returned, and closes the handle. Idempotent, and may be
     * called by several threads at once.
     */
    @Override
    public synchronized void close() {
        closing = true;
        boolean interrupted = false;
        while (busy) {
            // The monitor is held, so that the caller cannot leave, and the cancellation cannot hit its next call.
            cancel();
            interrupted |= !waited(CANCEL_INTERVAL_MILLIS);
        }
        handle.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @GuardedBy("this") private void awaitTurn() throws ClosedChannelException {
        boolean interrupted = false;
        while (busy && !closing) {
            interrupted |= !waited(0);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @GuardedBy("this") private Pointer begin() throws ClosedChannelException {
        if (closing) {
            throw new ClosedChannelException();
        }
        if (caller != Thread.currentThread()) {
            caller = Thread.currentThread();
            callerId = Kernel32.INSTANCE.GetCurrentThreadId();
        }
        busy = true;
        return handle.pointer();
    }

    /** Cancels what the caller's thread is blocked in, if anything: CancelSynchronousIo takes threads, not handles. */
    @GuardedBy("this") private void cancel() {
        HANDLE thread = Kernel32.INSTANCE.OpenThread(Kernel32Ex.THREAD_TERMINATE, false, callerId);
        if (thread != null) {
            Kernel32Ex.CancelSynchronousIo(thread.getPointer());
            Kernel32.INSTANCE.CloseHandle(thread);
        }
    }

    /** Returns false if interrupted, which is no reason to leave a handle open. */
    @SuppressWarnings("WaitNotInLoop") // The caller checks again.
    private boolean waited(long millis) {
        try {
            wait(millis);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }
}
