package io.piperelay.platform.windows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.piperelay.platform.NativeCallException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WindowsEnvironmentTests {

    @Test
    void variablesAreSortedWithoutRegardToCase() throws NativeCallException {
        assertThat(WindowsEnvironment.block(Map.of("b", "2", "A", "1", "C", "a=b"), null))
                .isEqualTo("A=1\0b=2\0C=a=b\0\0");
    }

    @Test
    void systemRootIsAdded() throws NativeCallException {
        assertThat(WindowsEnvironment.block(Map.of("TEMP", "T:"), "C:\\Windows"))
                .isEqualTo("SystemRoot=C:\\Windows\0TEMP=T:\0\0");
    }

    @Test
    void aConfiguredSystemRootStaysWhateverItsCase() throws NativeCallException {
        assertThat(WindowsEnvironment.block(Map.of("SYSTEMROOT", "D:\\Windows"), "C:\\Windows"))
                .isEqualTo("SYSTEMROOT=D:\\Windows\0\0");
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

    private static void assertRefused(Map<String, String> variables) {
        assertThatExceptionOfType(NativeCallException.class)
                .isThrownBy(() -> WindowsEnvironment.block(variables, null))
                .satisfies(e -> assertThat(e.code()).isEqualTo(87));
    }
}
