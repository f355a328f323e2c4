package io.piperelay.platform.windows;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.platform.win32.Kernel32;
import com.sun.jna.platform.win32.WinBase;
import com.sun.jna.platform.win32.WinBase.PROCESS_INFORMATION;
import com.sun.jna.platform.win32.WinDef.DWORD;
import com.sun.jna.platform.win32.WinDef.WORD;
import com.sun.jna.platform.win32.WinUser;
import io.piperelay.platform.ChildCommand;
import io.piperelay.platform.NativeCallException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A process that <a
 * href="https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-createprocessw">
 * CreateProcessW</a> has just created.
 *
 * <p>Its program is found as that page says: a name without a folder is searched for in the folder of the service's own
 * executable (java.exe), the service's working directory, the Windows folders and the service's PATH, in this order; not
 * in the child's working directory and PATH. {@code .exe} may be omitted.
 *
 * @param handle of the process, owned by the holder of this record
 */
record CreatedProcess(int pid, OwnedHandle handle) {

    /** A process group of its own, so that CTRL_BREAK can be sent to it, and Ctrl+C in the service's console spares it. */
    private static final int FLAGS = WinBase.CREATE_NEW_PROCESS_GROUP
            | WinBase.CREATE_UNICODE_ENVIRONMENT
            | Kernel32Ex.EXTENDED_STARTUPINFO_PRESENT;

    /**
     * @param stdin like the child's other ends, remains owned by the caller; the child gets an inheritable copy
     * @param job the job that the child belongs to from its first instruction on
     */
    static CreatedProcess create(
            ChildCommand command, OwnedHandle stdin, OwnedHandle stdout, OwnedHandle stderr, JobObject job)
            throws NativeCallException {
        String commandLine = WindowsCommandLine.of(command.arguments());
        String environment = WindowsEnvironment.block(command.environment(), System.getenv("SystemRoot"));
        try (Memory block = wideString(environment)) {
            synchronized (InheritableHandles.MONITOR) {
                try (var inherited = InheritableHandles.of(List.of(stdin, stdout, stderr));
                        var attributes = ProcThreadAttributes.of(inherited.all(), job)) {
                    return create(commandLine, block, command.workingDirectory(), inherited, attributes);
                }
            }
        }
    }

    private static CreatedProcess create(
            String commandLine,
            Memory environment,
            @Nullable Path workingDirectory,
            InheritableHandles inherited,
            ProcThreadAttributes attributes)
            throws NativeCallException {
        var startup = new Kernel32Ex.STARTUPINFOEX();
        startup.dwFlags = WinBase.STARTF_USESTDHANDLES | WinBase.STARTF_USESHOWWINDOW;
        // For the window of the console that a console program gets if the service has none to share.
        startup.wShowWindow = new WORD(WinUser.SW_HIDE);
        startup.hStdInput = inherited.get(0);
        startup.hStdOutput = inherited.get(1);
        startup.hStdError = inherited.get(2);
        startup.lpAttributeList = attributes.pointer();
        var created = new PROCESS_INFORMATION();
        if (!Kernel32.INSTANCE.CreateProcess(
                null,
                commandLine,
                null,
                null,
                true,
                new DWORD(FLAGS),
                environment,
                workingDirectory == null ? null : workingDirectory.toString(),
                startup,
                created)) {
            throw Win32Error.failed("CreateProcess");
        }
        Kernel32.INSTANCE.CloseHandle(created.hThread);
        return new CreatedProcess(created.dwProcessId.intValue(), new OwnedHandle(created.hProcess));
    }

    private static Memory wideString(String text) {
        var memory = new Memory((text.length() + 1L) * Native.WCHAR_SIZE);
        memory.setWideString(0, text);
        return memory;
    }
}
