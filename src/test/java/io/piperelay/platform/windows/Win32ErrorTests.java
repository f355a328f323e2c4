package io.piperelay.platform.windows;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Win32ErrorTests {

    @ParameterizedTest
    @CsvSource({
        "740, an administrator's rights",
        "225, The virus scanner",
        "226, The virus scanner",
        "1260, A policy of this machine",
        "206, too long",
        "267, The working directory",
        "2, Give the full path",
        "3, Give the full path",
    })
    void aLaunchThatOnlyTheOperatorCanMendIsExplained(int code, String words) {
        assertThat(Win32Error.advice(code)).contains(words).endsWith(".");
    }

    @Test
    void otherCodesSpeakForThemselves() {
        assertThat(Win32Error.advice(193)).isNull();
    }
}
