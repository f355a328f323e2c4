package io.piperelay.platform.windows;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowsProgramTests {

    private static final List<String> FOLDERS = List.of("C:\\Windows\\System32", "D:\\my tools");

    @ParameterizedTest
    @CsvSource({"python, python.exe", "cmd.exe, cmd.exe", "npm.cmd, npm.cmd", "python3.11, python3.11", "a., a."})
    void aNameWithoutAFolderIsTriedInEachFolderAndNowhereElse(String name, String file) {
        assertThat(WindowsProgram.candidates(name, FOLDERS))
                .containsExactly("C:\\Windows\\System32\\" + file, "D:\\my tools\\" + file);
    }

    @ParameterizedTest
    @CsvSource({"C:\\jdk-25.0\\bin\\java", "bin/java", ".\\java", "..\\java", "C:java", "\\\\server\\share\\java"})
    void aNameWithAFolderIsTriedThereOnly(String name) {
        assertThat(WindowsProgram.candidates(name, FOLDERS)).containsExactly(name + ".exe", name);
        assertThat(WindowsProgram.candidates(name + ".com", FOLDERS)).containsExactly(name + ".com");
    }

    @Test
    void ofAPathOnlyAbsoluteFoldersCount() {
        String path =
                "C:\\one;\"D:\\two words\";;.;..\\up;sub;\\root;E:drive;%SystemRoot%;//server/share;\\\\server\\x;f:/y";

        assertThat(WindowsProgram.absolute(path))
                .containsExactly("C:\\one", "D:\\two words", "//server/share", "\\\\server\\x", "f:/y");
        assertThat(WindowsProgram.absolute("")).isEmpty();
    }
}
