package io.piperelay.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.piperelay.session.Source;
import io.piperelay.web.problem.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventIdTests {

    @Test
    void saysBehindWhatItIs() {
        assertThat(EventId.of("120")).isEqualTo(new EventId(Source.OUTPUT, 120));
        assertThat(EventId.of("e7")).isEqualTo(new EventId(Source.ERRORS, 7));
        assertThat(EventId.of("exit")).isEqualTo(EventId.EXIT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "120", "e0", "e7", "exit"})
    void readsWhatItWrites(String text) {
        assertThat(EventId.of(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "e", "E7", "7e", " 1", "1\n", "0x10", "1000000000000000000", "١", "exited"})
    void refusesWhatIsNone(String text) {
        assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> EventId.of(text));
    }
}
