package io.piperelay.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.piperelay.session.Source;
import io.piperelay.web.problem.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventIdTests {

    private static final String EXIT = "exit-2f1c6ab8-5d0e-4c57-9e0a-6b6f6f2a9d10";

    @Test
    void saysBehindWhatItIs() {
        assertThat(EventId.of("120")).isEqualTo(EventId.behind(Source.OUTPUT, 120));
        assertThat(EventId.of("e7")).isEqualTo(EventId.behind(Source.ERRORS, 7));
        assertThat(EventId.of(EXIT)).isEqualTo(EventId.exitOf("2f1c6ab8-5d0e-4c57-9e0a-6b6f6f2a9d10"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "120", "e0", "e7", EXIT})
    void readsWhatItWrites(String text) {
        assertThat(EventId.of(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-1", "e", "E7", "7e", " 1", "1\n", "0x10", "1000000000000000000", "١", "exit", "exit-1"})
    void refusesWhatIsNone(String text) {
        assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> EventId.of(text));
    }
}
