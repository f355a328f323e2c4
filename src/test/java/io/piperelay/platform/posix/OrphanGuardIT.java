package io.piperelay.platform.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.ProcessStat;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What the guard ends when it is let go, and what it must leave alone. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class OrphanGuardIT {

    private static final List<String> NEW_SESSION = List.of("setsid");

    private final List<Process> processes = new ArrayList<>();
    private final OrphanGuard guard = new OrphanGuard(NEW_SESSION);

    private Process start(String... command) throws IOException {
        Process process = new ProcessBuilder(command).start();
        processes.add(process);
        return process;
    }

    @AfterEach
    void end() {
        guard.close();
        processes.forEach(Process::destroyForcibly);
    }

    /** Until it has killed one that it is to kill in any case, and a while longer. */
    private void letGo() throws Exception {
        Process last = start("setsid", "sleep", "600");
        guard.watch(last.pid());

        guard.close();

        await().until(() -> !last.isAlive());
        await().pollDelay(Duration.ofMillis(200)).until(() -> true);
    }

    @Test
    void endsASessionWhoseLeaderIsGone() throws Exception {
        Process leader = start("setsid", "sh", "-c", "sleep 600 > /dev/null & echo $!");
        guard.watch(leader.pid());
        long survivor = Long.parseLong(new String(leader.getInputStream().readAllBytes()).strip());
        leader.waitFor();
        assertThat(ProcessStat.isRunning(survivor)).isTrue();

        letGo();

        await().until(() -> !ProcessStat.isRunning(survivor));
    }

    @Test
    void sparesAStrangerThatHasGotTheNumber() throws Exception {
        Process stranger = start("setsid", "sleep", "600");
        Process another = start("sleep", "600");
        guard.watch(stranger.pid(), "1");
        guard.watch(another.pid(), "1");

        letGo();

        assertThat(stranger.isAlive()).isTrue();
        assertThat(another.isAlive()).isTrue();
    }

    @Test
    void sparesWhatItWasToldToForget() throws Exception {
        Process ended = start("setsid", "sleep", "600");
        guard.watch(ended.pid());
        guard.forget(ended.pid());

        letGo();

        assertThat(ended.isAlive()).isTrue();
    }
}
