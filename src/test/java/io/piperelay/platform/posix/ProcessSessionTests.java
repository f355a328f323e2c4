package io.piperelay.platform.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** How often a session lists the processes of a simulated system. */
@EnabledOnOs(OS.LINUX)
class ProcessSessionTests {

    /** Above any pid that Linux assigns: PID_MAX_LIMIT is 4194304. */
    private static final long LEADER = 10_000_000;

    private static final int CROWD = 20_000;

    private int looks;

    private List<ProcStat> crowd() {
        looks++;
        List<ProcStat> all = new ArrayList<>();
        all.add(process(LEADER, 1, LEADER));
        for (int i = 1; i <= CROWD; i++) {
            // One long chain of descendants, half of them in sessions of their own.
            long pid = LEADER + i;
            all.add(process(pid, pid - 1, i % 2 == 0 ? LEADER : pid));
        }
        return all;
    }

    private static ProcStat process(long pid, long parent, long session) {
        return new ProcStat(new ProcessId(pid, "7"), 'S', parent, session);
    }

    @Test
    void everySweepLooksAtAllProcessesOnce() {
        ProcessSession session = new ProcessSession(LEADER, this::crowd);

        session.kill();

        // The second look finds no new process.
        assertThat(looks).isEqualTo(2);
    }

    @Test
    void theEndOfTheLeaderIsNoticedByOneLook() {
        ProcessSession session = new ProcessSession(LEADER, this::crowd);

        session.leaderEnded();

        assertThat(session.exists()).isFalse();
        assertThat(looks).isEqualTo(1);
    }

    @Test
    void whoeverGetsTheIdOfALeaderThatHasEndedIsNotKilledForIt() throws Exception {
        Process stranger = new ProcessBuilder("/bin/sleep", "600").start();
        try {
            ProcStat another = ProcStat.of(stranger.pid()).orElseThrow();
            List<ProcStat> all = new ArrayList<>();
            ProcessSession session = new ProcessSession(LEADER, () -> all);
            session.leaderEnded();
            all.add(new ProcStat(another.id(), 'S', 1, LEADER));

            session.remember();
            session.kill();

            assertThat(stranger.waitFor(100, TimeUnit.MILLISECONDS)).isFalse();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void onceAllOfItHasEndedNobodyIsLookedFor() {
        ProcessSession session = new ProcessSession(LEADER, this::crowd);
        session.leaderEnded();

        session.kill();

        assertThat(looks).isEqualTo(1);
    }
}
