package io.piperelay.platform.windows;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.platform.win32.Kernel32;
import com.sun.jna.platform.win32.WinBase;
import com.sun.jna.platform.win32.WinBase.PROCESS_INFORMATION;
import com.sun.jna.platform.win32.WinDef.DWORD;
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
 * <p>The first window of a program that has one appears as in any other start. The console that a console program needs is
 * the service's, or has no window if the service has none (javaw.exe, some ways to run as a service).
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
        var environment = WindowsEnvironment.of(command.environment(), System.getenv("SystemRoot"));
        Start start = Start.of(command.arguments(), environment.get("PATH"));
        try (Memory block = wideString(environment.block())) {
            synchronized (InheritableHandles.MONITOR) {
                try (var inherited = InheritableHandles.of(List.of(stdin, stdout, stderr));
                        var attributes = ProcThreadAttributes.of(inherited.all(), job)) {
                    return create(start, block, command.workingDirectory(), inherited, attributes);
                }
            }
        }
    }

    /**
     * What is to be started.
     *
     * @param program its full path
     */
    private record Start(String program, String commandLine) {

        /** @param childPath where the child itself finds programs; null for where the service does */
        static Start of(List<String> arguments, @Nullable String childPath) throws NativeCallException {
            String program =
                    WindowsProgram.find(arguments.get(0), childPath == null ? System.getenv("PATH") : childPath);
            if (!WindowsCommandLine.isBatchFile(program)) {
                return new Start(program, WindowsCommandLine.of(arguments));
            }
            return new Start(
                    WindowsProgram.systemFolder() + "\\cmd.exe",
                    WindowsCommandLine.ofBatchFile(program, arguments.subList(1, arguments.size())));
        }
    }

    private static CreatedProcess create(
            Start start,
            Memory environment,
            @Nullable Path workingDirectory,
            InheritableHandles inherited,
            ProcThreadAttributes attributes)
            throws NativeCallException {
        var startup = new Kernel32Ex.STARTUPINFOEX();
        startup.dwFlags = WinBase.STARTF_USESTDHANDLES;
        startup.hStdInput = inherited.get(0);
        startup.hStdOutput = inherited.get(1);
        startup.hStdError = inherited.get(2);
        startup.lpAttributeList = attributes.pointer();
        var created = new PROCESS_INFORMATION();
        if (!Kernel32.INSTANCE.CreateProcess(
                start.program(),
                start.commandLine(),
                null,
                null,
                true,
                new DWORD(serviceHasConsole() ? FLAGS : FLAGS | WinBase.CREATE_NO_WINDOW),
                environment,
                workingDirectory == null ? null : workingDirectory.toString(),
                startup,
                created)) {
            throw Win32Error.failed("CreateProcess");
        }
        Kernel32.INSTANCE.CloseHandle(created.hThread);
        return new CreatedProcess(created.dwProcessId.intValue(), new OwnedHandle(created.hProcess));
    }

    /** Not if it has a window of it: a console may be without, and still carry CTRL_BREAK. */
    static boolean serviceHasConsole() {
        return Kernel32.INSTANCE.GetConsoleCP() != 0;
    }

    private static Memory wideString(String text) {
        var memory = new Memory((text.length() + 1L) * Native.WCHAR_SIZE);
        memory.setWideString(0, text);
        return memory;
    }
}
