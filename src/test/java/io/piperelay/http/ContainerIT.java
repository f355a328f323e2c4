package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.piperelay.ProcessStat;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayProcess;
import io.piperelay.http.support.Settings;
import io.piperelay.http.support.Soak;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The service in a container: with nothing but a JVM, whose process is the first and only one. */
@EnabledOnOs(OS.LINUX)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no namespaces, and no signals")
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class ContainerIT {

    private static final String[] FIRST_PROCESS = {"unshare", "--pid", "--fork", "--mount-proc", "--kill-child"};

    private static final String[] WITHOUT_A_SHELL = {
        "unshare", "--mount", "sh", "-c", "mount --bind /dev/null \"$(readlink -f /bin/sh)\" && exec \"$@\"", "sh"
    };

    /** As some supervisors do: then wait(2) does not report ended children. */
    private static final String[] WITHOUT_SIGCHLD = {"sh", "-c", "trap '' CHLD; exec \"$@\"", "sh"};

    private static final int ORPHANS = Soak.count(20, 50);

    private static RelayProcess start(Settings settings, String... prefix) throws Exception {
        List<String> tryOut = new ArrayList<>(Arrays.asList(prefix));
        tryOut.add("true");
        assumeTrue(
                new ProcessBuilder(tryOut).inheritIO().start().waitFor() == 0, "who runs this may not make namespaces");
        return RelayProcess.with(settings).prefix(prefix).start();
    }

    /** Orphans become children of the first process, and stay zombies if it doesn't wait for them. */
    @Test
    void theFirstProcessReapsOrphansAndStillLearnsHowItsOwnChildrenEnd() throws Exception {
        Settings settings = Settings.ordinary()
                .child("parent", "/bin/sh", "-c", "while read line; do (sleep 0 &); echo \"$line\"; done")
                .child("seven", "/bin/sh", "-c", "exit 7");
        try (RelayProcess service = start(settings, FIRST_PROCESS)) {
            RelayClient client = service.client();
            long first = ProcessHandle.of(service.pid())
                    .orElseThrow()
                    .children()
                    .findFirst()
                    .orElseThrow()
                    .pid();
            for (int i = 0; i < Soak.count(5, 20); i++) {
                client.session("seven");
                assertThat(client.awaitExit(Duration.ofSeconds(10))
                                .path("child")
                                .path("exitCode")
                                .asInt())
                        .isEqualTo(7);
                client.delete("/pipe");
            }
            client.session("parent");
            for (int i = 0; i < ORPHANS; i++) {
                assertThat(client.post("/pipe/exchange", "next").text()).isEqualTo("next\n");
            }

            await().untilAsserted(() -> assertThat(zombiesOf(first)).isZero());

            assertThat(client.post("/pipe/exchange", "well?").text()).isEqualTo("well?\n");
            assertThat(client.delete("/pipe")
                            .json()
                            .path("child")
                            .path("exitCode")
                            .asInt(-1))
                    .isZero();
            assertThat(service.log()).doesNotContain("WARN ").doesNotContain("ERROR");
            // unshare itself takes no notice of SIGTERM.
            assertThat(ProcessHandle.of(first)).hasValueSatisfying(ProcessHandle::destroy);
            assertThat(service.exitCode(Duration.ofSeconds(30))).isEqualTo(143);
        }
    }

    private static long zombiesOf(long parent) throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .map(process -> process.getFileName().toString())
                    .filter(name -> name.matches("\\d+"))
                    .flatMap(name -> ProcessStat.of(Long.parseLong(name)).stream())
                    .filter(process -> process.parent() == parent && process.state() == 'Z')
                    .count();
        }
    }

    @Test
    void howAChildEndsIsLearnedAlsoWhereTheSignalOfItIsIgnored() throws Exception {
        Settings settings = Settings.ordinary().child("seven", "/bin/sh", "-c", "exit 7");
        try (RelayProcess service = start(settings, WITHOUT_SIGCHLD)) {
            RelayClient client = service.client();
            client.session("seven");

            assertThat(client.awaitExit(Duration.ofSeconds(10))
                            .path("child")
                            .path("exitCode")
                            .asInt())
                    .isEqualTo(7);
        }
    }

    @Test
    void withoutAShellTheServiceSaysInOneLineWhatThatMeansAndServes() throws Exception {
        Settings settings = Settings.ordinary().child("cat", "/bin/cat");
        try (RelayProcess service = start(settings, WITHOUT_A_SHELL)) {
            RelayClient client = service.client();
            client.session("cat");
            assertThat(client.post("/pipe/exchange", "hello").text()).isEqualTo("hello\n");
            assertThat(client.delete("/pipe").json().path("stoppedBy").asString())
                    .isEqualTo("end-of-input");

            assertThat(service.log().lines().filter(line -> line.contains("WARN ")))
                    .singleElement(STRING)
                    .contains("SIGKILL", "/bin/sh", "Permission denied");
            assertThat(service.log()).doesNotContain("ERROR").doesNotContain("\tat ");
        }
    }
}
