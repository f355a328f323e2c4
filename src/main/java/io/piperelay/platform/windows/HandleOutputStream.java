package io.piperelay.platform.windows;

import static com.sun.jna.platform.win32.WinError.ERROR_BROKEN_PIPE;
import static com.sun.jna.platform.win32.WinError.ERROR_NO_DATA;
import static com.sun.jna.platform.win32.WinError.ERROR_OPERATION_ABORTED;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import io.piperelay.platform.BrokenPipeException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.AsynchronousCloseException;
import java.util.Objects;

/**
 * The write end of a pipe, by <a
 * href="https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-writefile">WriteFile</a>. A write blocks until
 * the pipe has taken all bytes; {@link #close} from another thread releases it, an interrupt does not.
 */
final class HandleOutputStream extends OutputStream {

    private final CancellableHandle handle;

    /** Owned by it. Confined, like {@link #count}, to the thread that is between enter and leave. */
    private final Memory buffer = new Memory(HandleInputStream.BUFFER_SIZE);

    private final IntByReference count = new IntByReference();

    /** Takes ownership of the handle when it returns; if it throws, the caller still owns it. */
    HandleOutputStream(OwnedHandle writeEnd) {
        this.handle = new CancellableHandle(writeEnd, buffer);
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        // JNA does not check the array's bounds.
        Objects.checkFromIndexSize(offset, length, source.length);
        // A WriteFile of zero bytes would complete the child's ReadFile with zero, which many programs take for the
        // end.
        for (int done = 0; done < length; ) {
            done += writeOnce(source, offset + done, Math.min(length - done, HandleInputStream.BUFFER_SIZE));
        }
    }

    private int writeOnce(byte[] source, int offset, int length) throws IOException {
        Pointer writeEnd = handle.enter();
        try {
            buffer.write(0, source, offset, length);
            if (!Kernel32Ex.WriteFile(writeEnd, buffer, length, count, null)) {
                throw failure();
            }
            return count.getValue();
        } finally {
            handle.leave();
        }
    }

    private static IOException failure() {
        int code = Native.getLastError();
        return switch (code) {
            case ERROR_BROKEN_PIPE, ERROR_NO_DATA -> new BrokenPipeException();
            case ERROR_OPERATION_ABORTED -> new AsynchronousCloseException();
            default -> Win32Error.failed("WriteFile", code);
        };
    }

    @Override
    public void close() {
        handle.close();
    }
}
