package io.piperelay.platform.windows;

import com.sun.jna.Pointer;
import com.sun.jna.platform.win32.Kernel32;
import com.sun.jna.platform.win32.WinNT.HANDLE;
import io.piperelay.platform.PipeEnd;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The only owner of a HANDLE. Closing it twice is harmless, even if the number has been reused by then. It does not know
 * whether a call is using the handle; its own owner has to.
 */
final class OwnedHandle implements PipeEnd {

    private final HANDLE handle;
    private final AtomicBoolean closed = new AtomicBoolean();

    OwnedHandle(HANDLE handle) {
        this.handle = handle;
    }

    HANDLE handle() {
        return handle;
    }

    Pointer pointer() {
        return handle.getPointer();
    }

    @Override
    public long value() {
        return Pointer.nativeValue(pointer());
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            Kernel32.INSTANCE.CloseHandle(handle);
        }
    }
}
