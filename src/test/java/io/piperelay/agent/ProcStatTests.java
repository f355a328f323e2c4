package io.piperelay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ProcStatTests {

    @Test
    void parentIsTheFourthField() {
        assertThat(ProcStat.parentIn("4711 (java) S 42 4711 42 34816 4711 4194304"))
                .isEqualTo(42);
    }

    @Test
    void programsNameMayContainWhatSeparatesTheFields() {
        assertThat(ProcStat.parentIn("4711 (a) S 1 (b) R 42 4711 42")).isEqualTo(42);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void agreesWithTheJdk() {
        assertThat(ProcStat.parent())
                .isEqualTo(
                        ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L));
    }

    @Test
    @EnabledOnOs(OS.WINDOWS)
    void isUnknownElsewhere() {
        assertThat(ProcStat.parent()).isEqualTo(ProcStat.UNKNOWN);
    }
}
