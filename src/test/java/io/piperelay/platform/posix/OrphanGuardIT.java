package io.piperelay.platform.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.ProcessStat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the guard ends when its pipe is closed, and what it must leave alone. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class OrphanGuardIT {

    private static final int CROWD = 2000;

    private final List<Process> processes = new ArrayList<>();
    private final OrphanGuard guard = new OrphanGuard(new OwnProcesses(), "/bin/sh");

    private Process start(String... command) throws IOException {
        Process process = new ProcessBuilder(command).start();
        processes.add(process);
        return process;
    }

    /** Returns once it runs in a session of its own. */
    private Process startSession(String... command) throws IOException {
        List<String> setsid = new ArrayList<>(List.of("setsid"));
        setsid.addAll(List.of(command));
        Process leader = start(setsid.toArray(String[]::new));
        await().until(() -> ProcStat.of(leader.pid())
                .filter(process -> process.session() == leader.pid())
                .isPresent());
        return leader;
    }

    private static ProcessId id(Process process) {
        return ProcStat.of(process.pid()).orElseThrow().id();
    }

    @AfterEach
    void end() {
        guard.close();
        processes.forEach(Process::destroyForcibly);
    }

    /** Waits until it has killed a process that it kills in any case, and a while longer. */
    private void letGo() throws Exception {
        Process last = startSession("sleep", "600");
        guard.watch(id(last));

        guard.close();

        await().until(() -> !last.isAlive());
        await().pollDelay(Duration.ofMillis(200)).until(() -> true);
    }

    @Test
    void endsASessionWhoseLeaderIsGone() throws Exception {
        Process leader = startSession("sh", "-c", "read line; sleep 600 > /dev/null & echo $!");
        guard.watch(id(leader));
        leader.getOutputStream().close();
        long survivor =
                Long.parseLong(new String(leader.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
        leader.waitFor();
        assertThat(ProcessStat.isRunning(survivor)).isTrue();

        letGo();

        await().until(() -> !ProcessStat.isRunning(survivor));
    }

    /** A name may contain anything, even the rest of a stat file. */
    @ParameterizedTest
    @ValueSource(strings = {"a b", "a) S 1 1 1 1", ")", "(", "a  )b) c", "-x", "a\\b", "中文"})
    void endsProcessesWhateverTheirNamesAre(String name, @TempDir Path folder) throws Exception {
        Path sleep = Files.copy(Path.of("/bin/sleep").toRealPath(), folder.resolve(name));
        Process leader = startSession("sh", "-c", "setsid \"$0\" 600 & \"$0\" 600 & wait", sleep.toString());
        await().until(() -> leader.descendants().count() == 2);
        List<ProcessHandle> doomed = leader.descendants().toList();
        guard.watch(id(leader));

        letGo();

        await().until(() ->
                !leader.isAlive() && doomed.stream().noneMatch(process -> ProcessStat.isRunning(process.pid())));
    }

    /** Each process is looked at once: searching lists took longer per process, the more there were. */
    @Test
    void endsThousandsInTime() throws Exception {
        Process leader = startSession(
                "sh", "-c", "i=0; while [ $i -lt " + CROWD + " ]; do sleep 600 & i=$((i+1)); done; echo born; wait");
        assertThat(leader.inputReader().readLine()).isEqualTo("born");
        List<Long> crowd = members(leader.pid());
        assertThat(crowd).hasSizeGreaterThan(CROWD);
        guard.watch(id(leader));

        guard.close();

        await().atMost(Duration.ofSeconds(30)).until(() -> members(leader.pid()).isEmpty());
    }

    private static List<Long> members(long session) {
        return ProcStat.all().stream()
                .filter(process -> process.session() == session && !process.zombie())
                .map(process -> process.id().pid())
                .toList();
    }

    @Test
    void sparesAStrangerThatHasGotTheNumber() throws Exception {
        Process stranger = startSession("sleep", "600");
        Process another = start("sleep", "600");
        guard.watch(new ProcessId(stranger.pid(), "1"));
        guard.watch(new ProcessId(another.pid(), "1"));

        letGo();

        assertThat(stranger.isAlive()).isTrue();
        assertThat(another.isAlive()).isTrue();
    }

    @Test
    void sparesWhatItWasToldToForget() throws Exception {
        Process ended = startSession("sleep", "600");
        guard.watch(id(ended));
        guard.forget(id(ended));

        letGo();

        assertThat(ended.isAlive()).isTrue();
    }

    @Test
    void isStartedAgainShouldItBeGone() throws Exception {
        Process first = startSession("sleep", "600");
        guard.watch(id(first));
        ProcessHandle shell = ProcessHandle.current()
                .children()
                .filter(child -> child.info().commandLine().orElse("").contains("pipe-relay-orphan-guard"))
                .max(Comparator.comparing(ProcessHandle::pid))
                .orElseThrow();
        shell.destroyForcibly();
        await().until(() -> !shell.isAlive());

        letGo();

        await().until(() -> !first.isAlive());
    }

    /** As in an image that contains nothing but a JVM, or one whose shell is something else. */
    @ParameterizedTest
    @ValueSource(strings = {"/nonexistent/sh", "/bin/true", "/bin/cat", "/etc/passwd"})
    void aShellThatCannotBeUsedIsSaidAndHindersNobody(String shell) throws Exception {
        try (var unguarded = new OrphanGuard(new OwnProcesses(), shell)) {
            assertThat(unguarded.weakness()).contains("SIGKILL", shell).doesNotContain("\n");
            Process child = startSession("sleep", "600");

            unguarded.watch(id(child));
            unguarded.forget(id(child));
        }
        assertThat(guard.weakness()).isNull();
    }
}
