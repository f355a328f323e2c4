package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.piperelay.http.support.Readme;
import io.piperelay.http.support.Readme.Example;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * The commands of README.md and of the greeting do in each shell what they are said to do, as they stand but for the port.
 * The system property {@code test.curl} names a stand-in for curl.exe where Windows has none: under Wine.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class ReadmeIT {

    private static final String SHOWN = "http://127.0.0.1:8080";
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    /** In the greeting, behind the name of a shell or of nothing. */
    private static final Pattern GREETED = Pattern.compile("(?m)^ {2}(?: {13}|\\S.{12})((?:curl|Invoke-).*)$");

    /** How cmd.exe puts a quote into an argument, which PowerShell understands differently. */
    private static final String QUOTE_OF_CMD = "\\\"";

    /** Plays chess no better than it has to. */
    private static final String STOCKFISH = """
            #!/bin/sh
            while read -r line; do
              case $line in go*) echo 'info depth 5'; echo 'bestmove e7e5 ponder g1f3' ;; esac
            done
            """;

    /** Where the commands are run, and what the operator configured. */
    @TempDir
    private Path folder;

    private RelayService service;

    /** How a shell is told to run a command. */
    private interface Shell {
        ProcessBuilder running(String command);
    }

    @BeforeEach
    void start() throws IOException {
        Files.writeString(folder.resolve("message.txt"), "你好");
        Settings settings = Settings.ordinary().with("spring.config.additional-location", folder.toUri() + "/");
        // One of the two systems' examples; the engine itself is rarely there.
        boolean windows = File.separatorChar == '\\';
        Files.writeString(
                folder.resolve("application.yaml"), Readme.blocks("yaml").get(windows ? 1 : 0));
        Path engine = Files.writeString(folder.resolve("stockfish"), STOCKFISH);
        engine.toFile().setExecutable(true);
        if (!windows) {
            settings.child("stockfish", engine.toString());
        }
        service = RelayService.start(settings);
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aPosixShellRunsTheCommands(CapturedOutput greeting) throws Exception {
        Shell sh = command -> new ProcessBuilder("sh", "-c", command);
        assumeTrue(sh.running("command -v curl").start().waitFor() == 0, "curl is not installed");

        runGreeting(greeted(greeting).toList(), sh);
        for (String block : Readme.blocks("console")) {
            run(block, "$ ", sh);
        }
    }

    @Test
    @EnabledOnOs(OS.WINDOWS)
    void cmdRunsTheCommands(CapturedOutput greeting) throws Exception {
        // What a variable holds is parsed as if it had been typed, and the JDK does not quote it again.
        Shell cmd = command -> {
            var builder = new ProcessBuilder("cmd.exe", "/d", "/c", "%TYPED%");
            builder.environment().put("TYPED", command);
            return builder;
        };
        runGreeting(
                greeted(greeting)
                        .filter(command -> command.startsWith("curl.exe"))
                        .toList(),
                cmd);
        for (String block : Readme.blocks("bat")) {
            run(block, "> ", cmd);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"powershell.exe", "pwsh.exe"})
    @EnabledOnOs(OS.WINDOWS)
    void powerShellRunsTheCommands(String program, CapturedOutput greeting) throws Exception {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(entry -> new File(entry, program).exists()),
                program + " is not installed");
        Shell powerShell = command -> new ProcessBuilder(
                program,
                "-NoProfile",
                "-NonInteractive",
                "-EncodedCommand",
                Base64.getEncoder().encodeToString(command.getBytes(StandardCharsets.UTF_16LE)));

        runGreeting(
                greeted(greeting)
                        .filter(command -> !command.contains(QUOTE_OF_CMD))
                        .toList(),
                powerShell);
        for (String block : Readme.blocks("powershell")) {
            run(block, "PS> ", powerShell);
        }
        for (String block : Readme.blocks("bat")) {
            if (!block.contains(QUOTE_OF_CMD)) {
                run(block, "> ", powerShell);
            }
        }
    }

    private static Stream<String> greeted(CapturedOutput greeting) {
        return GREETED.matcher(greeting.getOut().replace("\r", "")).results().map(found -> found.group(1));
    }

    private void runGreeting(List<String> commands, Shell shell) throws Exception {
        assertThat(commands).hasSize(3);
        for (String command : commands) {
            run(new Example(command, command.contains("read") ? "Bingo Bingo" : ""), shell);
        }
        service.client().delete("/pipe");
    }

    private void run(String block, String prompt, Shell shell) throws Exception {
        for (Example example : Readme.examples(block, prompt)) {
            run(example, shell);
        }
    }

    private void run(Example example, Shell shell) throws IOException {
        Path output = folder.resolve("output");
        String here = example.command().replace(SHOWN, "http://127.0.0.1:" + service.port());
        ProcessBuilder builder = shell.running(here);
        String curl = System.getProperty("test.curl");
        if (curl != null) {
            builder.environment().merge("PATH", new File(curl).getParent(), (path, more) -> more + ";" + path);
        }
        Process process = builder.directory(folder.toFile())
                .redirectOutput(output.toFile())
                .redirectError(Redirect.DISCARD)
                .start();
        try {
            await().atMost(DEADLINE).untilAsserted(() -> {
                String soFar = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
                assertThat(isShown(example, process, soFar))
                        .as("%s%n%s", here, soFar)
                        .isTrue();
            });
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static boolean isShown(Example example, Process process, String output) {
        return example.command().contains("curl -N")
                ? example.begins(output)
                : !process.isAlive() && process.exitValue() == 0 && example.agreesWith(output);
    }

    @Test
    void theJarIsCalledAsMavenCallsIt() throws IOException {
        String version = Pattern.compile("<artifactId>pipe-relay</artifactId>\\s*<version>(.*?)</version>")
                .matcher(Files.readString(Path.of("pom.xml")))
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);

        assertThat(Readme.text()).contains("java -jar target/pipe-relay-" + version + ".jar");
    }
}
