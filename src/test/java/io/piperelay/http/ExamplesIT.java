package io.piperelay.http;

import static io.piperelay.http.support.Programs.assumeInstalled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.piperelay.child.MisbehavingChild;
import io.piperelay.http.support.BreakingProxy;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The clients of src/examples, each with a connection that breaks off again and again: what goes through the child and back is
 * what was sent, no byte lost or repeated.
 */
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class ExamplesIT {

    private static final Path EXAMPLES = Path.of("src", "examples").toAbsolutePath();
    private static final int SIZE = 2_000_000;

    /** At the very least: the proxy cuts a connection at 75,000 bytes on average, and a size of 2,000,000 passes twice. */
    private static final int BROKEN = 20;

    private static RelayService service;
    private static RelayClient client;

    @TempDir
    private Path folder;

    private Path input;
    private Path output;

    @BeforeAll
    static void start() {
        service = RelayService.start(Settings.ordinary().cat());
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @BeforeEach
    void somethingToSend() throws IOException {
        input = Files.write(folder.resolve("input"), MisbehavingChild.randomBytes(11, SIZE));
        output = folder.resolve("output");
    }

    private void assertExactlyOnce(Process started, BreakingProxy proxy) throws Exception {
        try {
            assertThat(started.waitFor(4, TimeUnit.MINUTES)).as("has ended").isTrue();
            assertThat(started.exitValue()).isZero();
        } finally {
            started.destroyForcibly();
        }
        assertThat(output).hasSameBinaryContentAs(input);
        assertThat(client.status().path("input").path("offset").asInt()).isEqualTo(SIZE);
        assertThat(proxy.broken()).isGreaterThan(BROKEN);
    }

    /** Runs a client that copies stdin and stdout. */
    private void assertSurvives(String... command) throws Exception {
        client.session("cat");
        try (var proxy = new BreakingProxy(service.port(), 12)) {
            List<String> whole = new ArrayList<>(List.of(command));
            whole.add("http://127.0.0.1:" + proxy.port());
            var builder = new ProcessBuilder(whole)
                    .redirectInput(input.toFile())
                    .redirectOutput(output.toFile())
                    .redirectError(Redirect.INHERIT);
            assertExactlyOnce(builder.start(), proxy);
        }
    }

    @Test
    void theOneInJava() throws Exception {
        assumeTrue(ModuleLayer.boot().findModule("jdk.compiler").isPresent(), "this JVM does not run source files");

        assertSurvives(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                EXAMPLES.resolve("RetryByOffset.java").toString());
    }

    @Test
    void theOneInPython() throws Exception {
        assumeInstalled("python3");

        assertSurvives("python3", EXAMPLES.resolve("retry_by_offset.py").toString());
    }

    @Test
    void theOneInPowerShell() throws Exception {
        assumeInstalled("pwsh");
        client.session("cat");

        try (var proxy = new BreakingProxy(service.port(), 12)) {
            List<String> command = List.of(
                    "pwsh",
                    "-NoProfile",
                    "-File",
                    EXAMPLES.resolve("RetryByOffset.ps1").toString(),
                    "http://127.0.0.1:" + proxy.port(),
                    input.toString(),
                    output.toString());
            assertExactlyOnce(new ProcessBuilder(command).inheritIO().start(), proxy);
        }
    }
}
