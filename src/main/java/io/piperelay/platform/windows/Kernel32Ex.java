package io.piperelay.platform.windows;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;
import com.sun.jna.WString;
import com.sun.jna.platform.win32.BaseTSD.SIZE_T;
import com.sun.jna.platform.win32.BaseTSD.ULONG_PTRByReference;
import com.sun.jna.platform.win32.WinBase;
import com.sun.jna.platform.win32.WinDef.DWORD;
import com.sun.jna.platform.win32.WinNT.IO_COUNTERS;
import com.sun.jna.ptr.IntByReference;
import org.jspecify.annotations.Nullable;

/**
 * Bare bindings of the kernel32 functions that jna-platform's Kernel32 lacks, and of those that move payload: C's names
 * and contracts. They are mapped directly, which costs a tenth of an interface's proxy, and take payload by Pointer,
 * because a byte[] would be copied as a whole both ways, whatever part of it is used.
 *
 * <p>Those that return a boolean return false for a failure, whose code is {@link Native#getLastError()} until this
 * thread's next native call.
 */
final class Kernel32Ex {

    static final int EXTENDED_STARTUPINFO_PRESENT = 0x0008_0000;

    static final int DUPLICATE_SAME_ACCESS = 0x0002;

    static final int PROC_THREAD_ATTRIBUTE_HANDLE_LIST = 0x0002_0002;
    /** Windows 10 and later. */
    static final int PROC_THREAD_ATTRIBUTE_JOB_LIST = 0x0002_000D;

    static final int JobObjectExtendedLimitInformation = 9;
    static final int JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE = 0x0000_2000;
    static final int JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION = 0x0000_0400;

    /** The access right that CancelSynchronousIo requires. */
    static final int THREAD_TERMINATE = 0x0001;

    static {
        Native.register(Kernel32Ex.class, NativeLibrary.getInstance("kernel32"));
    }

    private Kernel32Ex() {}

    /** Blocks until there is at least one byte, or the writer wrote zero bytes: true with a count of 0 is not the end. */
    static native boolean ReadFile(
            Pointer hFile,
            Pointer lpBuffer,
            int nNumberOfBytesToRead,
            IntByReference read,
            @Nullable Pointer overlapped);

    /** Blocks until the pipe has taken all bytes. */
    static native boolean WriteFile(
            Pointer hFile,
            Pointer lpBuffer,
            int nNumberOfBytesToWrite,
            IntByReference written,
            @Nullable Pointer overlapped);

    /** Takes nothing; waits behind a synchronous ReadFile that is pending on the same pipe end, whoever called it. */
    static native boolean PeekNamedPipe(
            Pointer hNamedPipe,
            @Nullable Pointer lpBuffer,
            int nBufferSize,
            @Nullable IntByReference lpBytesRead,
            @Nullable IntByReference lpTotalBytesAvail,
            @Nullable IntByReference lpBytesLeftThisMessage);

    /** Fails with ERROR_NOT_FOUND if the thread is not in a synchronous call; not remembered for its next one. */
    static native boolean CancelSynchronousIo(Pointer hThread);

    /** Cancels this process's calls on the handle, whichever of its threads made them; else like CancelSynchronousIo. */
    static native boolean CancelIoEx(Pointer hFile, @Nullable Pointer lpOverlapped);

    /** Returns the length without the NUL, the size that the buffer must have if it is larger, or 0 if it fails. */
    static native int GetSystemDirectoryW(char[] lpBuffer, int uSize);

    /** Returns the same. The file need not exist. */
    static native int GetFullPathNameW(
            WString lpFileName, int nBufferLength, char[] lpBuffer, @Nullable Pointer lpFilePart);

    /** Returns null if it fails. The handle is not inheritable, and the caller closes it. */
    static native @Nullable Pointer CreateJobObjectW(@Nullable Pointer lpJobAttributes, @Nullable Pointer lpName);

    static native boolean SetInformationJobObject(
            Pointer hJob, int infoClass, JOBOBJECT_EXTENDED_LIMIT_INFORMATION info, int length);

    /** Ends every process of the job; does not wait for it. */
    static native boolean TerminateJobObject(Pointer hJob, int uExitCode);

    /** Without a list: fails with ERROR_INSUFFICIENT_BUFFER and returns the size that the list must have. */
    static native boolean InitializeProcThreadAttributeList(
            @Nullable Pointer lpAttributeList, int dwAttributeCount, int dwFlags, ULONG_PTRByReference lpSize);

    /** Keeps the pointer lpValue: its memory must stay valid until the list is deleted. */
    static native boolean UpdateProcThreadAttribute(
            Pointer lpAttributeList,
            int dwFlags,
            SIZE_T attribute,
            Pointer lpValue,
            SIZE_T cbSize,
            @Nullable Pointer lpPreviousValue,
            @Nullable Pointer lpReturnSize);

    /** Never fails; does not free the list's memory. */
    static native void DeleteProcThreadAttributeList(Pointer lpAttributeList);

    /** <a href="https://learn.microsoft.com/windows/win32/api/winbase/ns-winbase-startupinfoexw">STARTUPINFOEXW</a>. */
    @FieldOrder("lpAttributeList")
    public static final class STARTUPINFOEX extends WinBase.STARTUPINFO {
        public @Nullable Pointer lpAttributeList;

        STARTUPINFOEX() {
            cb = new DWORD(size());
        }
    }

    /** Part of {@link JOBOBJECT_EXTENDED_LIMIT_INFORMATION}. */
    @FieldOrder({
        "PerProcessUserTimeLimit",
        "PerJobUserTimeLimit",
        "LimitFlags",
        "MinimumWorkingSetSize",
        "MaximumWorkingSetSize",
        "ActiveProcessLimit",
        "Affinity",
        "PriorityClass",
        "SchedulingClass"
    })
    public static final class JOBOBJECT_BASIC_LIMIT_INFORMATION extends Structure {
        public long PerProcessUserTimeLimit;
        public long PerJobUserTimeLimit;
        public int LimitFlags;
        public SIZE_T MinimumWorkingSetSize = new SIZE_T();
        public SIZE_T MaximumWorkingSetSize = new SIZE_T();
        public int ActiveProcessLimit;
        public SIZE_T Affinity = new SIZE_T();
        public int PriorityClass;
        public int SchedulingClass;
    }

    /**
     * <a href="https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_extended_limit_information">
     * JOBOBJECT_EXTENDED_LIMIT_INFORMATION</a>.
     */
    @FieldOrder({
        "BasicLimitInformation",
        "IoInfo",
        "ProcessMemoryLimit",
        "JobMemoryLimit",
        "PeakProcessMemoryUsed",
        "PeakJobMemoryUsed"
    })
    public static final class JOBOBJECT_EXTENDED_LIMIT_INFORMATION extends Structure {
        public JOBOBJECT_BASIC_LIMIT_INFORMATION BasicLimitInformation = new JOBOBJECT_BASIC_LIMIT_INFORMATION();
        public IO_COUNTERS IoInfo = new IO_COUNTERS();
        public SIZE_T ProcessMemoryLimit = new SIZE_T();
        public SIZE_T JobMemoryLimit = new SIZE_T();
        public SIZE_T PeakProcessMemoryUsed = new SIZE_T();
        public SIZE_T PeakJobMemoryUsed = new SIZE_T();
    }
}
