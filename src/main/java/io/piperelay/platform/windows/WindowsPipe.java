package io.piperelay.platform.windows;

import com.sun.jna.platform.win32.Kernel32;
import com.sun.jna.platform.win32.WinNT.HANDLEByReference;
import com.sun.jna.ptr.IntByReference;
import io.piperelay.platform.NativeCallException;

/**
 * An anonymous pipe, by <a
 * href="https://learn.microsoft.com/windows/win32/api/namedpipeapi/nf-namedpipeapi-createpipe">CreatePipe</a>. Neither
 * handle is inheritable, so that no child gets one by accident.
 */
final class WindowsPipe implements AutoCloseable {

    private final OwnedHandle readEnd;
    private final OwnedHandle writeEnd;

    private WindowsPipe(OwnedHandle readEnd, OwnedHandle writeEnd) {
        this.readEnd = readEnd;
        this.writeEnd = writeEnd;
    }

    /** @param bufferSize in bytes; 0 for the system's default, 4 KiB */
    static WindowsPipe create(int bufferSize) throws NativeCallException {
        var readEnd = new HANDLEByReference();
        var writeEnd = new HANDLEByReference();
        if (!Kernel32.INSTANCE.CreatePipe(readEnd, writeEnd, null, bufferSize)) {
            throw Win32Error.failed("CreatePipe");
        }
        return new WindowsPipe(new OwnedHandle(readEnd.getValue()), new OwnedHandle(writeEnd.getValue()));
    }

    OwnedHandle readEnd() {
        return readEnd;
    }

    OwnedHandle writeEnd() {
        return writeEnd;
    }

    /** In bytes. An anonymous pipe is a named pipe whose name nobody knows: its reader's side has the buffer. */
    int capacity() throws NativeCallException {
        var size = new IntByReference();
        if (!Kernel32.INSTANCE.GetNamedPipeInfo(readEnd.handle(), null, null, size, null)) {
            throw Win32Error.failed("GetNamedPipeInfo");
        }
        return size.getValue();
    }

    @Override
    public void close() {
        readEnd.close();
        writeEnd.close();
    }
}
