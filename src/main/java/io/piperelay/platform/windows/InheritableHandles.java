package io.piperelay.platform.windows;

import com.sun.jna.platform.win32.Kernel32;
import com.sun.jna.platform.win32.WinNT.HANDLE;
import com.sun.jna.platform.win32.WinNT.HANDLEByReference;
import io.piperelay.platform.NativeCallException;
import java.util.ArrayList;
import java.util.List;

/**
 * Inheritable copies, by <a
 * href="https://learn.microsoft.com/windows/win32/api/handleapi/nf-handleapi-duplicatehandle">DuplicateHandle</a>, of what
 * one child inherits: the pipes' own handles are never inheritable, not even in the shared topology, where the service
 * keeps them.
 *
 * <p>Any process created in the meantime with inheritance would inherit the copies too, and keep the pipes from ending. So
 * they exist only while CreateProcess runs, and only under {@link #MONITOR}.
 */
final class InheritableHandles implements AutoCloseable {

    /** The JDK creates its processes in a static synchronized method of this class. */
    static final Object MONITOR = processImpl();

    private final List<OwnedHandle> copies = new ArrayList<>();

    private InheritableHandles() {}

    static InheritableHandles of(List<OwnedHandle> originals) throws NativeCallException {
        var inheritable = new InheritableHandles();
        try {
            for (OwnedHandle original : originals) {
                inheritable.copies.add(copy(original));
            }
            return inheritable;
        } catch (Throwable e) {
            inheritable.close();
            throw e;
        }
    }

    List<OwnedHandle> all() {
        return copies;
    }

    HANDLE get(int index) {
        return copies.get(index).handle();
    }

    private static OwnedHandle copy(OwnedHandle original) throws NativeCallException {
        HANDLE self = Kernel32.INSTANCE.GetCurrentProcess();
        var copy = new HANDLEByReference();
        if (!Kernel32.INSTANCE.DuplicateHandle(
                self, original.handle(), self, copy, 0, true, Kernel32Ex.DUPLICATE_SAME_ACCESS)) {
            throw Win32Error.failed("DuplicateHandle");
        }
        return new OwnedHandle(copy.getValue());
    }

    private static Object processImpl() {
        try {
            return Class.forName("java.lang.ProcessImpl");
        } catch (ClassNotFoundException e) {
            // A JDK that creates processes elsewhere: our own are still serialized.
            return InheritableHandles.class;
        }
    }

    @Override
    public void close() {
        copies.forEach(OwnedHandle::close);
    }
}
