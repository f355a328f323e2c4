package io.piperelay.platform.windows;

import static com.sun.jna.platform.win32.WinError.ERROR_BROKEN_PIPE;
import static com.sun.jna.platform.win32.WinError.ERROR_OPERATION_ABORTED;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.AsynchronousCloseException;
import java.util.Objects;

/**
 * The read end of a pipe, by <a
 * href="https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-readfile">ReadFile</a>. A read blocks until
 * there is a byte; {@link #close} from another thread releases it, an interrupt does not. The stream ends when the last
 * handle of the write end has been closed and everything in the pipe has been read.
 */
final class HandleInputStream extends InputStream {

    /** How much one call moves: as much as the session takes or gives at once. */
    static final int BUFFER_SIZE = 64 * 1024;

    private final CancellableHandle handle;

    /** Owned by it. Confined, like {@link #count}, to the thread that is between enter and leave. */
    private final Memory buffer = new Memory(BUFFER_SIZE);

    private final IntByReference count = new IntByReference();

    /** Takes ownership of the handle when it returns; if it throws, the caller still owns it. */
    HandleInputStream(OwnedHandle readEnd) {
        this.handle = new CancellableHandle(readEnd, buffer);
    }

    @Override
    public int read() throws IOException {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        // JNA does not check the array's bounds.
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        int read;
        do {
            // Zero bytes mean that a writer wrote zero bytes, not the end.
            read = readOnce(target, offset, Math.min(length, BUFFER_SIZE));
        } while (read == 0);
        return read;
    }

    private int readOnce(byte[] target, int offset, int length) throws IOException {
        Pointer readEnd = handle.enter();
        try {
            if (!Kernel32Ex.ReadFile(readEnd, buffer, length, count, null)) {
                return endOrThrow("ReadFile", -1);
            }
            buffer.read(0, target, offset, count.getValue());
            return count.getValue();
        } finally {
            handle.leave();
        }
    }

    /** The number of bytes in the pipe; 0 at its end, and while another thread waits in a read because there are none. */
    @Override
    public int available() throws IOException {
        Pointer readEnd = handle.tryEnter();
        if (readEnd == null) {
            return 0;
        }
        try {
            return Kernel32Ex.PeekNamedPipe(readEnd, null, 0, null, count, null)
                    ? count.getValue()
                    : endOrThrow("PeekNamedPipe", 0);
        } finally {
            handle.leave();
        }
    }

    private static int endOrThrow(String operation, int atTheEnd) throws IOException {
        int code = Native.getLastError();
        return switch (code) {
            case ERROR_BROKEN_PIPE -> atTheEnd;
            case ERROR_OPERATION_ABORTED -> throw new AsynchronousCloseException();
            default -> throw Win32Error.failed(operation, code);
        };
    }

    @Override
    public void close() {
        handle.close();
    }
}
