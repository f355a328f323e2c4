package io.piperelay.platform.windows;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Native;
import com.sun.jna.platform.win32.Kernel32;
import com.sun.jna.platform.win32.WinNT.HANDLE;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.win32.StdCallLibrary;
import io.piperelay.platform.ChildProcess;
import io.piperelay.platform.ExitStatus;
import io.piperelay.platform.Platform;
import io.piperelay.platform.PlatformContract;
import io.piperelay.platform.Topology;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnabledOnOs(OS.WINDOWS)
class WindowsPlatformIT extends PlatformContract {

    /** Wine's settings, which are variables like any other. */
    private static final Set<String> NOT_INHERITED = Set.of("WINEPREFIX", "WINEDEBUG");

    private final Platform platform = new WindowsPlatform();

    @Override
    protected Platform platform() {
        return platform;
    }

    @Override
    protected long openHandles() {
        var count = new IntByReference();
        assertThat(HandleFunctions.INSTANCE.GetProcessHandleCount(Kernel32.INSTANCE.GetCurrentProcess(), count))
                .isTrue();
        return count.getValue();
    }

    @Override
    protected List<String> fastPrinter(String word) {
        return List.of("cmd.exe", "/c", "echo", word);
    }

    /** A command interpreter that reads its commands from stdin. */
    @Override
    protected List<String> fastReader() {
        return List.of("cmd.exe", "/q");
    }

    @Override
    protected List<String> fastExit(int code) {
        return List.of("cmd.exe", "/c", "exit", Integer.toString(code));
    }

    @Override
    protected Map<String, String> environmentOfEveryChild() {
        return System.getenv().entrySet().stream()
                .filter(variable -> variable.getKey().equals("SystemRoot") || isAddedByWine(variable.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static boolean isAddedByWine(String name) {
        boolean wine = System.getenv("WINELOADER") != null;
        return wine && (name.equals("SystemDrive") || name.startsWith("WINE") && !NOT_INHERITED.contains(name));
    }

    @ParameterizedTest
    @ValueSource(ints = {259, -1, 0xC0000005, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void everyExitCodeIsLegal(int code) throws Exception {
        ChildProcess child = launch(Topology.DUPLEX, 0, command(fastExit(code)));

        assertThat(child.waitFor()).isEqualTo(new ExitStatus(code, null));
    }

    @Test
    void aKilledChildDidNotSucceed() throws Exception {
        ChildProcess child = launch("silent");

        child.kill();

        assertThat(child.waitFor()).isEqualTo(new ExitStatus(1, null));
    }

    @Test
    void noHandleIsInheritable() throws Exception {
        try (WindowsPipe pipe = WindowsPipe.create(0);
                JobObject job = JobObject.create()) {
            assertThat(List.of(pipe.readEnd(), pipe.writeEnd(), job.handle()))
                    .noneMatch(WindowsPlatformIT::isInheritable);
        }
    }

    private static boolean isInheritable(OwnedHandle handle) {
        var flags = new IntByReference();
        assertThat(HandleFunctions.INSTANCE.GetHandleInformation(handle.handle(), flags))
                .isTrue();
        return (flags.getValue() & Kernel32.HANDLE_FLAG_INHERIT) != 0;
    }

    /** What jna-platform lacks, for tests alone. */
    private interface HandleFunctions extends StdCallLibrary {
        HandleFunctions INSTANCE = Native.load("kernel32", HandleFunctions.class);

        boolean GetProcessHandleCount(HANDLE process, IntByReference count);

        boolean GetHandleInformation(HANDLE handle, IntByReference flags);
    }
}
