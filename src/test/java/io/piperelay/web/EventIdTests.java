package io.piperelay.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.session.StandardStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventIdTests {

    private static final String SESSION = "2f1c6ab8-5d0e-4c57-9e0a-6b6f6f2a9d10";

    @Test
    void saysBehindWhatItIsAndOfWhichSession() {
        assertThat(EventId.of(SESSION + ":o120")).isEqualTo(EventId.behind(SESSION, StandardStream.OUTPUT, 120));
        assertThat(EventId.of(SESSION + ":e7")).isEqualTo(EventId.behind(SESSION, StandardStream.ERRORS, 7));
        assertThat(EventId.of(SESSION + ":exit")).isEqualTo(EventId.exitOf(SESSION));
        assertThat(EventId.of(SESSION + ":restarted")).isEqualTo(EventId.restartOf(SESSION));
    }

    @ParameterizedTest
    @ValueSource(strings = {"o0", "o120", "e0", "e7", "exit", "restarted"})
    void readsWhatItWrites(String event) {
        assertThat(EventId.of(SESSION + ":" + event)).hasToString(SESSION + ":" + event);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "120",
                "e7",
                SESSION,
                SESSION + ":",
                SESSION + ":o",
                SESSION + ":o-1",
                SESSION + ":O7",
                SESSION + ":o7 ",
                SESSION + ":o7\n",
                SESSION + ":o0x10",
                SESSION + ":o1000000000000000000",
                SESSION + ":o١",
                SESSION + ":exit1",
                "exit-" + SESSION
            })
    void takesNothingElseForAnId(String text) {
        assertThat(EventId.of(text)).isNull();
    }
}
