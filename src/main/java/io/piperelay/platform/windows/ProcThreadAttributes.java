package io.piperelay.platform.windows;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.platform.win32.BaseTSD.SIZE_T;
import com.sun.jna.platform.win32.BaseTSD.ULONG_PTRByReference;
import io.piperelay.platform.NativeCallException;
import java.util.List;

/**
 * What is passed to CreateProcess beyond STARTUPINFO, by <a
 * href="https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-updateprocthreadattribute">
 * UpdateProcThreadAttribute</a>: exactly which handles the child inherits, and the job that it belongs to from its first
 * instruction on. Owns the memory of both; to be closed after CreateProcess.
 */
final class ProcThreadAttributes implements AutoCloseable {

    private static final int COUNT = 2;

    /** PROC_THREAD_ATTRIBUTE_HANDLE_LIST keeps a pointer to these. */
    private final Memory inherited;

    /** PROC_THREAD_ATTRIBUTE_JOB_LIST keeps a pointer to it. */
    private final Memory job;

    private final Memory attributes;

    private ProcThreadAttributes(Memory inherited, Memory job, Memory attributes) {
        this.inherited = inherited;
        this.job = job;
        this.attributes = attributes;
    }

    /** @param inherited inheritable handles, each only once, as the Win32 page requires */
    static ProcThreadAttributes of(List<OwnedHandle> inherited, JobObject job) throws NativeCallException {
        var attributes = new ProcThreadAttributes(array(inherited), array(List.of(job.handle())), allocate());
        try {
            attributes.update(Kernel32Ex.PROC_THREAD_ATTRIBUTE_HANDLE_LIST, attributes.inherited);
            attributes.update(Kernel32Ex.PROC_THREAD_ATTRIBUTE_JOB_LIST, attributes.job);
            return attributes;
        } catch (Throwable e) {
            attributes.close();
            throw e;
        }
    }

    Pointer pointer() {
        return attributes;
    }

    private static Memory array(List<OwnedHandle> handles) {
        var array = new Memory((long) handles.size() * Native.POINTER_SIZE);
        for (int i = 0; i < handles.size(); i++) {
            array.setPointer((long) i * Native.POINTER_SIZE, handles.get(i).pointer());
        }
        return array;
    }

    private static Memory allocate() throws NativeCallException {
        var size = new ULONG_PTRByReference();
        // Fails by design: the first call returns the size.
        Kernel32Ex.InitializeProcThreadAttributeList(null, COUNT, 0, size);
        var attributes = new Memory(size.getValue().longValue());
        if (!Kernel32Ex.InitializeProcThreadAttributeList(attributes, COUNT, 0, size)) {
            throw Win32Error.failed("InitializeProcThreadAttributeList");
        }
        return attributes;
    }

    private void update(int attribute, Memory value) throws NativeCallException {
        if (!Kernel32Ex.UpdateProcThreadAttribute(
                attributes, 0, new SIZE_T(attribute), value, new SIZE_T(value.size()), null, null)) {
            throw Win32Error.failed("UpdateProcThreadAttribute");
        }
    }

    @Override
    public void close() {
        Kernel32Ex.DeleteProcThreadAttributeList(attributes);
        attributes.close();
        job.close();
        inherited.close();
    }
}
