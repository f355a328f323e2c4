package io.piperelay.platform.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.piperelay.platform.NativeCallException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is passed to the kernel, and what becomes of its errors. */
@EnabledOnOs(OS.LINUX)
class TextTests {

    @Test
    void textIsPassedWithAZeroAtItsEnd() throws NativeCallException {
        assertThat(new Text(StandardCharsets.UTF_8).bytes("é中\ud83d\ude80"))
                .isEqualTo("é中\ud83d\ude80\0".getBytes(StandardCharsets.UTF_8));
        assertThat(new Text(StandardCharsets.ISO_8859_1).bytes("é")).containsExactly(0xe9, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"中", "a中=b", "\ud800"})
    void textThatTheEncodingLacksIsRefusedNotMutilated(String text) {
        assertThatExceptionOfType(NativeCallException.class)
                .isThrownBy(() -> new Text(StandardCharsets.ISO_8859_1).bytes(text))
                .satisfies(e -> assertThat(e.code()).isEqualTo(84)); // EILSEQ
    }

    @Test
    void aNulWouldEndTheTextEarly() {
        assertThatExceptionOfType(NativeCallException.class)
                .isThrownBy(() -> new Text(StandardCharsets.UTF_8).bytes("a\0b"))
                .satisfies(e -> assertThat(e.code()).isEqualTo(22)); // EINVAL
    }

    @Test
    void anErrorThatTheJavaPlatformKeepsToItselfHasNoCode() {
        NativeCallException failed = Errno.failed("open", new IOException("Bad code from spawn helper"));

        assertThat(failed.code()).isNull();
        assertThat(failed.systemMessage()).isEqualTo("Bad code from spawn helper");
        assertThat(failed).hasMessage("open failed: Bad code from spawn helper");
    }

    @Test
    void anErrorThatTheJavaPlatformNamesHasItsCode() {
        assertThat(Errno.failed("open", new FileSystemException("/x", null, "Too many open files"))
                        .code())
                .isEqualTo(24);
    }
}
