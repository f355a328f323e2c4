package io.piperelay.platform.windows;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.platform.win32.Kernel32;
import com.sun.jna.platform.win32.WinNT.HANDLE;
import io.piperelay.platform.PipeHandles;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A handle with at most one blocking call in progress, which {@link #close} cancels from another thread.
 *
 * <p>A call is made between {@link #enter} and {@link #leave}. Closing the handle during a call would be wrong twice over:
 * the call would go on, and the handle's number might be reused. So close() first cancels the call, and closes the handle
 * when its thread has left. If a call can't be cancelled, close() gives up after a while, and the thread itself closes the
 * handle when it leaves. A caller that finds another thread inside waits until it has left.
 */
final class CancellableHandle implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(CancellableHandle.class);

    /** A cancellation that comes just before the call blocks is lost, so it is repeated at this interval. */
    private static final long CANCEL_INTERVAL_MILLIS = 2;

    /** How long a cancelled call may take to return, on a busy machine too. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final OwnedHandle handle;
    private final Memory buffer;
    private final IntPredicate cancelCallOf;
    private final Duration patience;

    @GuardedBy("this") private boolean busy;

    @GuardedBy("this") private boolean closing;

    /** Whether a call could not be cancelled; it closes the handle if it ever returns. */
    @GuardedBy("this") private boolean givenUp;

    @GuardedBy("this") private @Nullable Thread caller;

    @GuardedBy("this") private int callerId;

    /**
     * Takes ownership of both.
     *
     * @param buffer what the calls read into or write from
     */
    CancellableHandle(OwnedHandle handle, Memory buffer) {
        this(handle, buffer, CancellableHandle::cancelCallOf, PATIENCE);
    }

    /** @param cancelCallOf cancels what the thread with this id is blocked in; false if it could not */
    CancellableHandle(OwnedHandle handle, Memory buffer, IntPredicate cancelCallOf, Duration patience) {
        this.handle = handle;
        this.buffer = buffer;
        this.cancelCallOf = cancelCallOf;
        this.patience = patience;
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
        if (closing) {
            release();
        }
        notifyAll();
    }

    /**
     * Cancels the call in progress, if any, waits until it has returned, and closes the handle. Idempotent, and may be
     * called by several threads at once.
     */
    @Override
    public synchronized void close() {
        closing = true;
        notifyAll();
        if (endsCall()) {
            release();
        } else if (!givenUp) {
            givenUp = true;
            log.warn(
                    "A call on a pipe (handle {}) could not be cancelled; it holds the pipe and a thread until it returns",
                    PipeHandles.show(handle.value()));
        }
    }

    /** Returns false if the call goes on. */
    @GuardedBy("this") private boolean endsCall() {
        boolean interrupted = false;
        long start = System.nanoTime();
        while (busy && !givenUp && System.nanoTime() - start < patience.toNanos()) {
            // The monitor is held, so that the caller cannot leave, and the cancellation cannot hit its next call.
            cancel();
            interrupted |= !waited(CANCEL_INTERVAL_MILLIS);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !busy;
    }

    @GuardedBy("this") private void release() {
        handle.close();
        buffer.close();
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

    /** By its thread; or by the handle where the thread cannot be opened, as some endpoint protection has it. */
    @GuardedBy("this") private void cancel() {
        if (!cancelCallOf.test(callerId)) {
            Kernel32Ex.CancelIoEx(handle.pointer(), null);
        }
    }

    private static boolean cancelCallOf(int threadId) {
        HANDLE thread = Kernel32.INSTANCE.OpenThread(Kernel32Ex.THREAD_TERMINATE, false, threadId);
        if (thread == null) {
            return false;
        }
        boolean cancelled = Kernel32Ex.CancelSynchronousIo(thread.getPointer());
        Kernel32.INSTANCE.CloseHandle(thread);
        return cancelled;
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
