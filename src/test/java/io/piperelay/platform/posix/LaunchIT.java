package io.piperelay.platform.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.piperelay.platform.ChildCommand;
import io.piperelay.platform.ChildPipes;
import io.piperelay.platform.ChildProcess;
import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.Topology;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the kernel refuses to execute is refused with its errno, and what it accepts runs: <a
 * href="https://man7.org/linux/man-pages/man2/execve.2.html">execve(2)</a>.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class LaunchIT {

    private static final PosixPlatform PLATFORM = new PosixPlatform();

    @TempDir
    private Path folder;

    @AfterAll
    static void closePlatform() {
        PLATFORM.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "interpreter with a carriage return, '#!/bin/sh\\r\\necho hello\\r\\n', 2",
        "interpreter that is missing, '#!/nonexistent/interpreter\\n', 2",
        "interpreter that is a folder, '#!/tmp\\n', 13",
        "interpreter that is no program, '#!/etc/passwd\\n', 13",
        "interpreter without a name, '#!\\n', 8",
        "script that names no interpreter, 'echo hello\\n', 8",
        "nothing in it, '', 8",
        "broken ELF, '\\177ELF\\1\\2\\3', 8",
        "text, 'Dear diary', 8"
    })
    void aFileThatTheKernelDoesNotExecuteIsRefused(String what, String content, int errno) throws IOException {
        Path file = executable("file", content.translateEscapes());

        assertRefused(errno, "execve", file.toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 6, 20})
    void interpretersOfInterpretersAreFollowedAsFarAsTheKernelDoes(int depth) throws Exception {
        Path interpreter = Path.of("/bin/cat");
        for (int i = 0; i < depth; i++) {
            interpreter = executable("interpreter" + i, "#!" + interpreter + "\n");
        }
        String program = interpreter.toString();

        if (depth <= 5) {
            assertThat(output(null, program)).startsWith("#!");
        } else {
            assertRefused(40, "execve", program); // ELOOP
        }
    }

    @Test
    void pathsThatLeadNowhereAreRefused() throws IOException {
        Path plain = Files.writeString(folder.resolve("plain"), "x");
        Path loop = Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));
        Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), Path.of("nowhere"));

        assertRefused(2, "execve", folder.resolve("missing").toString());
        assertRefused(2, "execve", dangling.toString());
        assertRefused(2, "execve", "no-such-program-anywhere");
        assertRefused(13, "execve", plain.toString());
        assertRefused(13, "execve", folder.toString());
        assertRefused(20, "execve", plain + "/program");
        assertRefused(36, "execve", folder.resolve("x".repeat(256)).toString());
        assertRefused(40, "execve", loop.toString());
    }

    @Test
    void aProgramThatIsBeingWrittenIsBusy() throws IOException {
        Path program = Files.copy(Path.of("/bin/true").toRealPath(), folder.resolve("program"));
        try (OutputStream writer = Files.newOutputStream(program, StandardOpenOption.APPEND)) {
            assertThat(writer).isNotNull();
            assertRefused(26, "execve", program.toString()); // ETXTBSY
        }
    }

    @Test
    void argumentsThatAreTooLongAreRefused() {
        assertRefused(7, "execve", "/bin/echo", "x".repeat(200_000)); // E2BIG
    }

    @Test
    void aFileSystemWithoutProgramsHasNone() throws IOException {
        Path without = Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                .map(line -> line.split(" "))
                .filter(mount -> Arrays.asList(mount[3].split(",")).containsAll(List.of("rw", "noexec")))
                .filter(mount -> mount[2].equals("tmpfs") && Files.isWritable(Path.of(mount[1])))
                .map(mount -> Path.of(mount[1]))
                .findFirst()
                .orElse(null);
        assumeTrue(without != null, "no such file system that could be written");
        Path program = Files.createTempFile(without, "program", "");
        try {
            Files.write(program, Files.readAllBytes(Path.of("/bin/true")));
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
            assertRefused(13, "execve", program.toString());
        } finally {
            Files.delete(program);
        }
    }

    @Test
    void aFolderThatCannotBeEnteredIsNamedAsTheCause() throws IOException {
        Path plain = Files.writeString(folder.resolve("plain"), "x");

        assertRefused(2, "chdir", new ChildCommand(List.of("/bin/true"), folder.resolve("missing"), Map.of()));
        assertRefused(20, "chdir", new ChildCommand(List.of("/bin/true"), plain, Map.of()));
        assertRefused(2, "execve", new ChildCommand(List.of("./missing"), folder, Map.of()));
    }

    @Test
    void whatNoProgramCouldBeGivenIsRefused() {
        assertRefused(22, "execve", "/bin/echo", "a\0b");
        assertRefused(22, "execve", new ChildCommand(List.of("/bin/true"), null, Map.of("A=B", "c")));
        assertRefused(22, "execve", new ChildCommand(List.of("/bin/true"), null, Map.of("", "c")));
        assertRefused(22, "execve", new ChildCommand(List.of("/bin/true"), null, Map.of("A", "b\0c")));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "'#!/bin/sh\\necho hello\\n'",
        "'#! /bin/sh\\necho hello\\n'",
        "'#!\\t/bin/sh\\t-e\\t\\necho hello\\n'",
        "'#!./interpreter\\nhello\\n'",
        "'#!interpreter\\nhello\\n'"
    })
    void aScriptThatTheKernelExecutesRuns(String content) throws Exception {
        executable("interpreter", "#!/bin/sh\ntail -n 1 \"$1\"\n");
        Path script = executable("script", content.translateEscapes());

        assertThat(output(folder, script.toString())).isEqualTo("hello\n");
        assertThat(output(folder, "./script")).isEqualTo("hello\n");
    }

    @Test
    void aProgramIsFoundRelativeToItsFolderOrInThePath() throws Exception {
        executable("program", "#!/bin/sh\necho \"$0\" \"$@\"\n");
        Path inner = Files.createDirectory(folder.resolve("inner"));

        assertThat(output(inner, "../program", "x")).isEqualTo("../program x\n");
        assertThat(output(null, "echo", "from the path")).isEqualTo("from the path\n");
        assertThat(Program.candidates("p", "/a:b::/c"))
                .containsExactly(
                        "/a/p",
                        System.getProperty("user.dir") + "/b/p",
                        System.getProperty("user.dir") + "//p",
                        "/c/p");
        assertThat(Program.candidates("./p", "/a")).containsExactly("./p");
    }

    /** The codes that shells use for what they cannot execute are exit codes like any other. */
    @ParameterizedTest
    @ValueSource(ints = {126, 127})
    void aProgramMayEndWithAnyCode(int code) throws Exception {
        for (int i = 0; i < 50; i++) {
            try (ChildProcess child =
                    launch(new ChildCommand(List.of("/bin/sh", "-c", "exit " + code), null, Map.of()))) {
                assertThat(child.waitFor().code()).isEqualTo(code);
            }
        }
    }

    @Test
    void theChildLeadsASessionAndBlocksNoSignal() throws Exception {
        String status = output(null, "/bin/cat", "/proc/self/stat", "/proc/self/status");

        String[] stat = status.substring(0, status.indexOf('\n')).split(" ", -1);
        assertThat(stat[5]).as("session").isEqualTo(stat[0]);
        assertThat(status).contains("\nSigBlk:\t0000000000000000\n");
    }

    @Test
    void withAnOlderCLibraryTheChildIsTheSame() throws Exception {
        executable("program", "#!/bin/sh\npwd; echo \"$0\" \"$@\"; exec ls -l /proc/self/fd\n");
        var command = new ChildCommand(List.of("./program", "a b", "*"), folder, Map.of("PATH", "/usr/bin:/bin"));
        try (PosixPlatform older = new PosixPlatform(new Spawn(null, null));
                ServerSocket listening = new ServerSocket(0);
                ChildPipes pipes = older.createPipes(Topology.DUPLEX, 0);
                ChildProcess child = pipes.launch(command)) {
            assertThat(listening.isBound()).isTrue();
            String output = new String(child.output().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(output).startsWith(folder.toRealPath() + "\n./program a b *\n");
            assertThat(output.lines().filter(line -> line.contains(" -> ")))
                    .as(output)
                    .hasSize(4) // Its standard streams, and the folder that ls reads.
                    .filteredOn(line -> line.contains("pipe:"))
                    .hasSize(3);
            assertThat(child.waitFor().code()).isZero();
        }
    }

    /** Every name and value is passed exactly, even if the locale does not name an encoding. */
    @Test
    void namesAndValuesArriveExactlyInTheCLocale() throws Exception {
        assertThat(outputOfOneInAJvmOfItsOwn("")).isEqualTo("名=管道 é\0argument 中文");
    }

    /** With such a library, the descriptors to close are listed one by one, and none may be beyond the limit. */
    @Test
    void withAnOlderCLibraryALowLimitOfDescriptorsIsNoHindrance() throws Exception {
        assertThat(outputOfOneInAJvmOfItsOwn("ulimit -n 512; ", "older")).isEqualTo("名=管道 é\0argument 中文");
    }

    private String outputOfOneInAJvmOfItsOwn(String before, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "/bin/sh",
                "-c",
                before + "exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                LaunchIT.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        assertThat(process.waitFor()).isZero();
        return Files.readString(folder.resolve("output"), StandardCharsets.UTF_8);
    }

    /** Run by the tests above, in a JVM of its own. */
    public static void main(String[] arguments) throws Exception {
        System.setProperty("sun.jnu.encoding", "ANSI_X3.4-1968"); // As with LC_ALL=C, also where JDKs differ.
        boolean older = arguments.length > 0;
        try (PosixPlatform platform = older ? new PosixPlatform(new Spawn(null, null)) : new PosixPlatform();
                ChildProcess child = platform.createPipes(Topology.DUPLEX, 0)
                        .launch(new ChildCommand(
                                List.of("/bin/sh", "-c", "cat /proc/$$/environ; printf %s \"$0\"", "argument 中文"),
                                null,
                                Map.of("名", "管道 é")))) {
            System.out.write(child.output().readAllBytes());
            System.out.flush();
        }
    }

    private Path executable(String name, String content) throws IOException {
        Path file = Files.writeString(folder.resolve(name), content, StandardCharsets.ISO_8859_1);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void assertRefused(int errno, String operation, String... arguments) {
        assertRefused(errno, operation, new ChildCommand(List.of(arguments), null, Map.of()));
    }

    private static void assertRefused(int errno, String operation, ChildCommand command) {
        assertThatExceptionOfType(NativeCallException.class)
                .isThrownBy(() -> launch(command).close())
                .satisfies(e -> {
                    assertThat(e.code()).as(e.toString()).isEqualTo(errno);
                    assertThat(e.operation()).isEqualTo(operation);
                });
    }

    private static String output(@Nullable Path workingDirectory, String... arguments) throws Exception {
        try (ChildProcess child = launch(new ChildCommand(List.of(arguments), workingDirectory, Map.of()))) {
            String output = new String(child.output().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(child.waitFor().code())
                    .as(new String(child.errors().readAllBytes(), StandardCharsets.UTF_8))
                    .isZero();
            return output;
        }
    }

    private static ChildProcess launch(ChildCommand command) throws NativeCallException {
        try (ChildPipes pipes = PLATFORM.createPipes(Topology.DUPLEX, 0)) {
            return pipes.launch(command);
        }
    }
}
