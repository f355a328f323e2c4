package io.piperelay.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which arguments are the service's own, and what a program's profile is called. */
class ChildCommandLineTests {

    @Test
    void theServiceHasTheArgumentsBeforeTheFirstTwoHyphens() {
        assertThat(new ChildCommandLine("--a=b", "--", "x", "--c=d", "--", "y").settings())
                .containsExactly("--a=b");
        assertThat(new ChildCommandLine("--", "x").settings()).isEmpty();
        assertThat(new ChildCommandLine("--a=b", "c").settings()).containsExactly("--a=b", "c");
    }

    @ParameterizedTest
    @CsvSource({
        "bc, bc",
        "/usr/games/stockfish, stockfish",
        "../a b/python3.11, python3.11",
        "Stockfish.EXE, Stockfish",
        ".exe, .exe",
        "{agent}, _agent_",
        "a[0].command, a_0_.command",
        "'/opt/ x ', x",
        "/, child",
        "'a\tb', a_b"
    })
    void aProfileHasTheNameOfItsProgram(String program, String name) {
        assertThat(ChildCommandLine.name(program)).isEqualTo(name);
    }

    @Test
    void aFolderEndsWithTheSystemsSeparator() {
        assertThat(ChildCommandLine.name("C:\\Program Files\\bc.exe".replace('\\', File.separatorChar)))
                .isEqualTo("bc");
    }
}
