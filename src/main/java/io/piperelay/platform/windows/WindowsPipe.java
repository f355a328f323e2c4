package io.piperelay.platform.windows;

import com.sun.jna.platform.win32.Kernel32;
import com.sun.jna.platform.win32.WinNT.HANDLEByReference;
import com.sun.jna.ptr.IntByReference;
import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.Pipe;

/**
 * Anonymous pipes by <a
 * href="https://learn.microsoft.com/windows/win32/api/namedpipeapi/nf-namedpipeapi-createpipe">CreatePipe</a>. Neither
 * handle is inheritable, so that no child gets one by accident.
 */
final class WindowsPipe {

    private WindowsPipe() {}

    /** @param bufferSize in bytes; 0 for the system's default, 4 KiB */
    static Pipe<OwnedHandle> create(int bufferSize) throws NativeCallException {
        var read = new HANDLEByReference();
        var write = new HANDLEByReference();
        if (!Kernel32.INSTANCE.CreatePipe(read, write, null, bufferSize)) {
            throw Win32Error.failed("CreatePipe");
        }
        var readEnd = new OwnedHandle(read.getValue());
        var writeEnd = new OwnedHandle(write.getValue());
        try {
            return new Pipe<>(readEnd, writeEnd, capacity(readEnd));
        } catch (Throwable e) {
            readEnd.close();
            writeEnd.close();
            throw e;
        }
    }

    /** In bytes. An anonymous pipe is a named pipe with an unknown name; its buffer belongs to the reading side. */
    private static int capacity(OwnedHandle readEnd) throws NativeCallException {
        var size = new IntByReference();
        if (!Kernel32.INSTANCE.GetNamedPipeInfo(readEnd.handle(), null, null, size, null)) {
            throw Win32Error.failed("GetNamedPipeInfo");
        }
        return size.getValue();
    }
}
