package io.piperelay.platform.windows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.platform.win32.Kernel32;
import com.sun.jna.platform.win32.WinError;
import com.sun.jna.platform.win32.WinNT.HANDLE;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.win32.StdCallLibrary;
import io.piperelay.Wine;
import io.piperelay.child.MisbehavingChild;
import io.piperelay.platform.ChildCommand;
import io.piperelay.platform.ChildProcess;
import io.piperelay.platform.ChildSignal;
import io.piperelay.platform.ExitStatus;
import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.Pipe;
import io.piperelay.platform.Platform;
import io.piperelay.platform.PlatformContract;
import io.piperelay.platform.Topology;
import io.piperelay.platform.UnsupportedSignalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code test.native-child} names native_child.exe. Without it, cmd.exe stands in where it can, three times as
 * slow, and tests that need it are skipped.
 */
@EnabledOnOs(OS.WINDOWS)
class WindowsPlatformIT extends PlatformContract {

    /** Wine's settings, which are ordinary variables. */
    private static final Set<String> NOT_INHERITED = Set.of("WINEPREFIX", "WINEDEBUG");

    private static final String NATIVE_CHILD_PROPERTY = "test.native-child";
    private static final @Nullable String NATIVE_CHILD = System.getProperty(NATIVE_CHILD_PROPERTY);

    /** Handles are multiples of 4; the lowest free one is assigned first. */
    private static final int HIGHEST_HANDLE = 0x8000;

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
        return count.getValue() > 0 ? count.getValue() : validHandles();
    }

    /** For Wine, whose GetProcessHandleCount counts none. */
    private static long validHandles() {
        var flags = new IntByReference();
        return IntStream.iterate(4, value -> value < HIGHEST_HANDLE, value -> value + 4)
                .filter(value ->
                        HandleFunctions.INSTANCE.GetHandleInformation(new HANDLE(Pointer.createConstant(value)), flags))
                .count();
    }

    @Override
    protected List<String> fastPrinter(String word) {
        return List.of("cmd.exe", "/c", "echo", word);
    }

    @Override
    protected List<String> fastPrinter(Path file) {
        return NATIVE_CHILD == null
                ? List.of("cmd.exe", "/c", "type", file.toString())
                : List.of(NATIVE_CHILD, "print", file.toString());
    }

    /** A command interpreter reads its commands from stdin. */
    @Override
    protected List<String> fastReader() {
        return NATIVE_CHILD == null ? List.of("cmd.exe", "/q") : List.of(NATIVE_CHILD, "read");
    }

    @Override
    protected List<String> fastExit(int code) {
        return List.of("cmd.exe", "/c", "exit", Integer.toString(code));
    }

    @Override
    protected int codeOf(LaunchFailure failure) {
        return switch (failure) {
            case MISSING_PROGRAM -> WinError.ERROR_FILE_NOT_FOUND;
            case NOT_A_PROGRAM -> WinError.ERROR_BAD_EXE_FORMAT;
            case MISSING_FOLDER -> WinError.ERROR_DIRECTORY;
        };
    }

    /** On a busy machine, Wine 8 sometimes loses a new process before it has begun; this happens to C programs, too. */
    @Override
    protected boolean isSporadic(NativeCallException failure) {
        return Wine.isHere() && Objects.equals(failure.code(), WinError.ERROR_INTERNAL_ERROR);
    }

    @Override
    protected Map<String, String> environmentOfEveryChild() {
        return System.getenv().entrySet().stream()
                .filter(variable ->
                        variable.getKey().equalsIgnoreCase("SystemRoot") || isAddedByWine(variable.getKey()))
                .collect(Collectors.toMap(
                        variable -> variable.getKey().equalsIgnoreCase("SystemRoot") ? "SystemRoot" : variable.getKey(),
                        Map.Entry::getValue));
    }

    private static boolean isAddedByWine(String name) {
        return Wine.isHere() && (isOfEveryProcess(name) || (name.startsWith("WINE") && !NOT_INHERITED.contains(name)));
    }

    /** In Wine 8, the architecture is told only to the first one. */
    private static boolean isOfEveryProcess(String name) {
        return name.equals("SystemDrive") || (name.equals("PROCESSOR_ARCHITECTURE") && Wine.isNewerThan8());
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
        try (Pipe<OwnedHandle> pipe = WindowsPipe.create(0);
                JobObject job = JobObject.create()) {
            assertThat(List.of(pipe.readEnd(), pipe.writeEnd(), job.handle()))
                    .noneMatch(WindowsPlatformIT::isInheritable);
        }
    }

    /** Its three standard handles and no other, even one that anybody made inheritable. */
    @Test
    void theChildDoesNotInheritAForeignInheritableHandle() throws Exception {
        try (Pipe<OwnedHandle> foreign = WindowsPipe.create(0)) {
            makeInheritable(foreign.writeEnd());
            ChildProcess child = launch("close-stdin");
            assertThat(text(child.output().readNBytes(7))).isEqualTo("closed\n");

            foreign.writeEnd().close();

            assertThat(errorOfPeek(foreign.readEnd())).isEqualTo(WinError.ERROR_BROKEN_PIPE);
            assertThat(isRunning(child.pid())).isTrue();
        }
    }

    /** Otherwise the test above could not fail: a process that is created without a list of handles does inherit it. */
    @Test
    void aProcessThatInheritsEverythingWouldHoldTheForeignHandle() throws Exception {
        try (Pipe<OwnedHandle> foreign = WindowsPipe.create(0)) {
            makeInheritable(foreign.writeEnd());
            Process process = new ProcessBuilder("cmd.exe", "/q").start();
            try {
                foreign.writeEnd().close();

                assertThat(errorOfPeek(foreign.readEnd())).isZero();
                process.destroyForcibly().waitFor();
                await().atMost(DEADLINE).until(() -> errorOfPeek(foreign.readEnd()) == WinError.ERROR_BROKEN_PIPE);
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static void makeInheritable(OwnedHandle handle) {
        assertThat(Kernel32.INSTANCE.SetHandleInformation(
                        handle.handle(), Kernel32.HANDLE_FLAG_INHERIT, Kernel32.HANDLE_FLAG_INHERIT))
                .isTrue();
        assertThat(isInheritable(handle)).isTrue();
    }

    /** What a read of the empty pipe would end with; 0 where it would wait. */
    private static int errorOfPeek(OwnedHandle readEnd) {
        return HandleFunctions.INSTANCE.PeekNamedPipe(readEnd.handle(), null, 0, null, null, null)
                ? 0
                : Native.getLastError();
    }

    @Test
    @EnabledIfSystemProperty(named = NATIVE_CHILD_PROPERTY, matches = ".+")
    void argumentsOfANativeProgramArriveExactly() throws IOException {
        List<String> arguments = new ArrayList<>(AWKWARD_ARGUMENTS);
        arguments.addAll(List.of(
                "\u7ba1\u9053\u4e2d\u7ee7",
                "\u4e2d \u6587",
                "\u00e4\u00f6\u00fc\u00df \u00e9",
                "\u0420\u0443\u0441\u0441\u043a\u0438\u0439",
                "\u05e2\u05d1\u05e8\u05d9\u05ea",
                "\ud83d\ude80",
                "e\u0301",
                // Quotes only for a program that converts them to a code page.
                "\uff02wide\uff02 \u201ccurly\u201d",
                "blank and trailing\\",
                "*.*",
                ""));
        List<String> command = new ArrayList<>(List.of(NATIVE_CHILD, "arguments"));
        command.addAll(arguments);

        assertThat(zeroTerminated(launch(Topology.DUPLEX, 0, command(command)))).isEqualTo(arguments);
    }

    // How it starts and ends

    @Test
    @EnabledIfSystemProperty(named = NATIVE_CHILD_PROPERTY, matches = ".+")
    void aChildThatCrashesEndsWithTheExceptionsCode() throws Exception {
        ChildProcess child = launch(Topology.DUPLEX, 0, command(List.of(NATIVE_CHILD, "crash")));

        assertThat(child.waitFor()).isEqualTo(new ExitStatus(0xC0000005, null));
    }

    /** STARTF_USESTDHANDLES and no other: the program decides how its first window appears. */
    @Test
    @EnabledIfSystemProperty(named = NATIVE_CHILD_PROPERTY, matches = ".+")
    void nothingHidesTheFirstWindow() throws Exception {
        ChildProcess child = launch(Topology.DUPLEX, 0, command(List.of(NATIVE_CHILD, "startup")));

        assertThat(text(child.output().readAllBytes())).startsWith("0x100 ");
    }

    /** With STATUS_CONTROL_C_EXIT. Wine has consoles, but does not always send CTRL_BREAK in them. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @EnabledIfSystemProperty(named = NATIVE_CHILD_PROPERTY, matches = ".+")
    void aChildInTheServicesConsoleEndsWhenAsked(boolean isJvm) throws Exception {
        assumeThat(CreatedProcess.serviceHasConsole()).isTrue();
        List<String> command = new ArrayList<>(MisbehavingChild.command("echo"));
        command.add(1, "-Xrs"); // As the bundled agent has it.
        ChildProcess child = launch(Topology.DUPLEX, 0, command(isJvm ? command : List.of(NATIVE_CHILD, "echo")));
        child.input().write(1);
        child.output().readNBytes(1);

        String notAsked = child.terminate();

        if (Wine.isHere() && notAsked != null) {
            assertThat(notAsked).startsWith("GenerateConsoleCtrlEvent failed with code 6:");
            return;
        }
        assertThat(notAsked).isNull();
        if (Wine.isNewerThan8()) {
            return;
        }
        assertThat(child.waitFor()).isEqualTo(new ExitStatus(0xC000013A, null));
        assertThat(child.output().read()).as("no thread dump").isEqualTo(-1);
        assertThat(child.terminate()).isNull();
    }

    /** Wine 8 refuses to send it; Wine 10 says that it has, and ends the child instead. */
    @ParameterizedTest
    @EnumSource(
            value = ChildSignal.class,
            names = {"INTERRUPT", "TERMINATE"})
    @EnabledIfSystemProperty(named = NATIVE_CHILD_PROPERTY, matches = ".+")
    void aChildWithAHandlerIsInterruptedAndGoesOn(ChildSignal signal) throws Exception {
        assumeThat(CreatedProcess.serviceHasConsole()).isTrue();
        ChildProcess child = launch(Topology.DUPLEX, 0, command(List.of(NATIVE_CHILD, "attend")));
        child.input().write('x');
        assertThat(child.output().read()).isEqualTo('x');

        try {
            assertThat(child.signal(signal)).isEqualTo("CTRL_BREAK_EVENT");
        } catch (UnsupportedSignalException e) {
            assertThat(Wine.isHere()).isTrue();
            assertThat(e).hasMessageStartingWith("GenerateConsoleCtrlEvent failed with code 6:");
            assertThat(e.supported()).containsExactly(ChildSignal.KILL);
            return;
        }
        if (!Wine.isNewerThan8()) {
            assertThat(text(child.output().readNBytes(6))).isEqualTo("break\n");
            child.input().write('y');
            assertThat(child.output().read()).isEqualTo('y');
        }
    }

    /** By javaw.exe; the child has a console without a window. */
    @Test
    @EnabledIfSystemProperty(named = NATIVE_CHILD_PROPERTY, matches = ".+")
    void aServiceWithoutAConsoleSaysThatItCannotAsk() throws Exception {
        Process service = jvm(
                        Path.of(System.getProperty("java.home"), "bin", "javaw").toString(),
                        ServiceWithoutConsole.class,
                        Objects.requireNonNull(NATIVE_CHILD))
                .redirectErrorStream(true)
                .start();

        assertThat(text(service.getInputStream().readAllBytes()).lines())
                .satisfiesExactly(
                        startup -> assertThat(startup).matches("0x100 [1-9]\\d* 0"),
                        answer -> assertThat(answer).contains("no console"),
                        refusal -> assertThat(refusal).contains("no console").endsWith(" [kill]"),
                        sent -> assertThat(sent).isEqualTo("TerminateJobObject"));
    }

    @Test
    @EnabledIfSystemProperty(named = NATIVE_CHILD_PROPERTY, matches = ".+")
    void aProgramIsNotLookedForInAnyWorkingDirectory(@TempDir Path folder) throws Exception {
        String name = "planted-" + ProcessHandle.current().pid();
        Path child = plant(folder.resolve(name + ".exe"));
        Path service = plant(Path.of(name + ".exe"));
        try {
            for (String path : List.of("", ".", ";", "C:\\nowhere")) {
                ChildCommand planted = new ChildCommand(List.of(name, "startup"), folder, Map.of("PATH", path));

                assertThatExceptionOfType(NativeCallException.class)
                        .isThrownBy(() -> launch(Topology.DUPLEX, 0, planted))
                        .satisfies(e -> assertThat(e.code()).isEqualTo(WinError.ERROR_FILE_NOT_FOUND));
            }
        } finally {
            Files.delete(service);
        }
        assertThat(child).exists();
    }

    @Test
    @EnabledIfSystemProperty(named = NATIVE_CHILD_PROPERTY, matches = ".+")
    void aProgramIsFoundOnItsOwnPathAndBehindTheSystems(@TempDir Path folder) throws Exception {
        plant(folder.resolve("own tool.exe"));
        plant(folder.resolve("cmd.exe"));
        Map<String, String> environment = Map.of("Path", "C:\\nowhere;" + folder);

        ChildCommand own = new ChildCommand(List.of("own tool", "startup"), null, environment);
        ChildCommand systems = new ChildCommand(List.of("cmd", "/c", "exit", "5"), null, environment);

        assertThat(launch(Topology.DUPLEX, 0, own).waitFor().code()).isZero();
        assertThat(launch(Topology.DUPLEX, 0, systems).waitFor().code()).isEqualTo(5);
    }

    @Test
    @EnabledIfSystemProperty(named = NATIVE_CHILD_PROPERTY, matches = ".+")
    void aNameWithAFolderIsRelativeToTheServices(@TempDir Path folder) throws Exception {
        Path sub = Files.createTempDirectory(Path.of(""), "planted-");
        Path tool = plant(sub.resolve("tool.exe"));
        try {
            ChildCommand relative = new ChildCommand(List.of(sub + "\\tool", "startup"), folder, Map.of());

            assertThat(launch(Topology.DUPLEX, 0, relative).waitFor().code()).isZero();
        } finally {
            await().atMost(DEADLINE).ignoreExceptions().until(() -> Files.deleteIfExists(tool));
            Files.delete(sub);
        }
    }

    private static Path plant(Path program) throws IOException {
        return Files.copy(Path.of(Objects.requireNonNull(NATIVE_CHILD)), program);
    }

    // Batch files

    /** A program to which it passes them on, that is; it sees some of them with quotes, which {@code %~1} removes. */
    @Test
    @EnabledIfSystemProperty(named = NATIVE_CHILD_PROPERTY, matches = ".+")
    void aBatchFileGetsItsArgumentsAsTheyAre(@TempDir Path folder) throws Exception {
        Path canary = folder.resolve("canary");
        String redirection = " echo>" + canary;
        List<String> arguments = List.of(
                "plain",
                "",
                "two words",
                "a=b,c;d",
                "&" + redirection,
                "x &" + redirection,
                "|" + redirection,
                "||" + redirection + "&",
                "^&" + redirection,
                ") &" + redirection,
                ">" + canary,
                "\"&" + redirection,
                "\" & \"" + redirection,
                "a\\\"b",
                "trailing\\",
                percent("%PATH%"),
                percent("%CMDCMDLINE:~-1%&" + redirection),
                percent("100%"),
                "!PATH!",
                "^",
                "\u7ba1\u9053 \u4e2d\u7ee7",
                "'`$*?");
        for (String name : List.of("show.cmd", "show it.bat", "show&that.cmd")) {
            List<String> command =
                    new ArrayList<>(List.of(batchFile(folder, name).toString()));
            command.addAll(arguments);

            ChildProcess child = launch(Topology.DUPLEX, 0, command(command));

            assertThat(zeroTerminated(child)).as(name).isEqualTo(arguments);
            assertThat(child.waitFor()).isEqualTo(new ExitStatus(0, null));
            assertThat(canary).doesNotExist();
        }
    }

    /** Wine's cmd.exe takes each sign for the beginning of a variable, whatever follows. */
    private static String percent(String argument) {
        return Wine.isHere() ? argument.replace("%", "") : argument;
    }

    /** Whatever becomes of the rest, no part of an argument becomes a command. */
    @EnabledIfSystemProperty(named = NATIVE_CHILD_PROPERTY, matches = ".+")
    @ParameterizedTest
    @ValueSource(strings = {"\"&", "\" & \"", "%CMDCMDLINE:~-1%&", "%PATH:~0,1%&", "%CD%\"&", "!PATH!&"})
    void noArgumentOfABatchFileBecomesACommand(String opening, @TempDir Path folder) throws Exception {
        Path canary = folder.resolve("canary");
        batchFile(folder, "show.cmd");
        // Windows finds the file by each of these names.
        for (String name :
                List.of("show.cmd", "SHOW.CMD", "show.cmd.", "show.cmd ", "show.cmd. .", "x\\..\\show.cmd")) {
            ChildProcess child =
                    launch(Topology.DUPLEX, 0, command(List.of(folder + "\\" + name, opening + " echo>" + canary)));

            assertThat(zeroTerminated(child)).as(name).hasSize(1);
            assertThat(child.waitFor().code()).isZero();
        }
        assertThat(canary).doesNotExist();
    }

    /** What cmd.exe would run as a command of its own. */
    @EnabledIfSystemProperty(named = NATIVE_CHILD_PROPERTY, matches = ".+")
    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\"\r"})
    void aBatchFileGetsNoArgumentThatCouldBecomeACommand(String opening, @TempDir Path folder) throws IOException {
        Path canary = folder.resolve("canary");
        batchFile(folder, "show.cmd");
        // Windows finds the file by each of these names.
        for (String name : List.of("show.cmd", "SHOW.CMD", "show.cmd.", "show.cmd ", "show.cmd. .")) {
            List<String> command = List.of(folder + "\\" + name, opening + " echo>" + canary);

            assertThatExceptionOfType(NativeCallException.class)
                    .isThrownBy(() -> launch(Topology.DUPLEX, 0, command(command)))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(WinError.ERROR_BAD_ARGUMENTS))
                    .withMessageContaining("batch file");
        }
        assertThat(canary).doesNotExist();
    }

    private static Path batchFile(Path folder, String name) throws IOException {
        return Files.writeString(folder.resolve(name), "@\"" + NATIVE_CHILD + "\" arguments %*\r\n");
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

        boolean PeekNamedPipe(
                HANDLE pipe,
                @Nullable Pointer buffer,
                int size,
                @Nullable IntByReference read,
                @Nullable IntByReference available,
                @Nullable IntByReference left);
    }
}
