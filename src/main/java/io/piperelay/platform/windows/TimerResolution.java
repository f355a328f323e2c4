package io.piperelay.platform.windows;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The timer of Windows at a resolution of one millisecond, as long as this is open: a thread that waits for less than that
 * would otherwise wait up to 16. By <a
 * href="https://learn.microsoft.com/windows/win32/api/timeapi/nf-timeapi-timebeginperiod">timeBeginPeriod</a>, for this
 * process alone since Windows 10 2004. Windows 11 does not take it back from a process that has no windows of its own.
 */
final class TimerResolution implements AutoCloseable {

    private static final int MILLIS = 1;

    private final AtomicBoolean closed = new AtomicBoolean();

    static {
        Native.register(TimerResolution.class, NativeLibrary.getInstance("winmm"));
    }

    private TimerResolution() {}

    /** A system that refuses it is only slower. */
    static TimerResolution raise() {
        timeBeginPeriod(MILLIS);
        return new TimerResolution();
    }

    private static native int timeBeginPeriod(int uPeriod);

    private static native int timeEndPeriod(int uPeriod);

    /** Idempotent: each call that raises the resolution must be matched by one that ends it. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            timeEndPeriod(MILLIS);
        }
    }
}
