package io.piperelay.platform.windows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.piperelay.platform.NativeCallException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WindowsEnvironmentTests {

    @Test
    void variablesAreSortedWithoutRegardToCase() throws NativeCallException {
        assertThat(block(Map.of("b", "2", "A", "1", "C", "a=b"), null)).isEqualTo("A=1\0b=2\0C=a=b\0\0");
    }

    /** Windows compares upper-case letters, which come before the underscore; lower-case ones come after it. */
    @Test
    void anUnderscoreComesAfterTheLetters() throws NativeCallException {
        assertThat(block(Map.of("a_b", "1", "ab", "2", "A\u4e2d", "3", "A1", "4"), null))
                .isEqualTo("A1=4\0ab=2\0a_b=1\0A\u4e2d=3\0\0");
    }

    @Test
    void systemRootIsAdded() throws NativeCallException {
        assertThat(block(Map.of("TEMP", "T:"), "C:\\Windows")).isEqualTo("SystemRoot=C:\\Windows\0TEMP=T:\0\0");
    }

    @Test
    void aConfiguredSystemRootStaysWhateverItsCase() throws NativeCallException {
        assertThat(block(Map.of("SYSTEMROOT", "D:\\Windows"), "C:\\Windows")).isEqualTo("SYSTEMROOT=D:\\Windows\0\0");
    }

    @Test
    void aVariableIsFoundWhateverItsCase() throws NativeCallException {
        var environment = WindowsEnvironment.of(Map.of("Path", "C:\\tools"), null);

        assertThat(environment.get("PATH")).isEqualTo("C:\\tools");
        assertThat(environment.get("PATHEXT")).isNull();
    }

    @Test
    void ofNamesThatDifferInCaseOnlyUpperCaseCounts() throws NativeCallException {
        Map<String, String> twice = Map.of("Path", "1", "PATH", "2", "path", "3");

        assertThat(block(twice, null)).isEqualTo("PATH=2\0\0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A=B", "A\0B"})
    void aNameThatWouldBecomeAnotherVariableIsRefused(String name) {
        assertRefused(Map.of(name, "value"));
    }

    @Test
    void aValueThatWouldBecomeAnotherVariableIsRefused() {
        assertRefused(Map.of("NAME", "value\0OTHER=value"));
    }

    private static String block(Map<String, String> variables, @Nullable String systemRoot) throws NativeCallException {
        return WindowsEnvironment.of(variables, systemRoot).block();
    }

    private static void assertRefused(Map<String, String> variables) {
        assertThatExceptionOfType(NativeCallException.class)
                .isThrownBy(() -> WindowsEnvironment.of(variables, null))
                .satisfies(e -> assertThat(e.code()).isEqualTo(87));
    }
}
