package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.ProcessStat;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayProcess;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * A child with thousands of descendants ends like any other. Checking each descendant by listing all processes once took
 * minutes; the deadlines allow for a slow machine, but not for that.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "its children are scripts for a shell")
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class CrowdIT {

    private static final int CROWD = 2000;

    private static final Duration SOON = Duration.ofSeconds(20);

    private static final String SLEEPERS =
            "i=0; while [ $i -lt " + CROWD + " ]; do sleep 600 & i=$((i+1)); done; echo born; ";

    private final Settings settings = Settings.ordinary()
            .child("crowd", "/bin/sh", "-c", SLEEPERS + "wait")
            .child("leaver", "/bin/sh", "-c", SLEEPERS + "exit 3");

    @Test
    void itsExitIsNoticedAndTheSessionEndsInTime() throws IOException {
        try (RelayService service = RelayService.start(settings)) {
            RelayClient client = service.client();
            long leaver = start(client, "leaver");

            assertThat(client.awaitExit(SOON).path("child").path("exitCode").asInt())
                    .isEqualTo(3);
            assertThat(members(leaver)).isEqualTo(CROWD);

            assertEndsSoon(() -> client.delete("/pipe"), leaver);
            long crowd = start(client, "crowd");
            assertEndsSoon(() -> client.delete("/pipe?grace=0s"), crowd);
        }
    }

    @Test
    void itEndsWithTheServiceInTimeHoweverThatEnds() throws Exception {
        for (boolean gently : new boolean[] {true, false}) {
            try (RelayProcess service = RelayProcess.with(settings).start()) {
                long crowd = start(service.client(), "crowd");

                assertEndsSoon(gently ? service::terminate : service::kill, crowd);

                assertThat(service.exitCode(SOON)).isEqualTo(gently ? 143 : 137);
            }
        }
    }

    private static long start(RelayClient client, String child) {
        long pid = client.session(child).path("child").path("pid").asLong();
        assertThat(client.get("/pipe/read?until=lf&timeout=60s").text()).isEqualTo("born\n");
        return pid;
    }

    private static void assertEndsSoon(Runnable end, long session) {
        long start = System.nanoTime();

        end.run();

        await().atMost(SOON).until(() -> members(session) == 0);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
    }

    private static long members(long session) throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .map(process -> process.getFileName().toString())
                    .filter(name -> name.matches("\\d+"))
                    .flatMap(name -> ProcessStat.of(Long.parseLong(name)).stream())
                    .filter(process -> process.session() == session && process.state() != 'Z')
                    .count();
        }
    }
}
