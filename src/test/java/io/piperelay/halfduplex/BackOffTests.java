package io.piperelay.halfduplex;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BackOffTests {

    private final BackOff backOff = new BackOff();

    @Test
    void waitsBrieflyAtFirstAndThenLongerUpToALimit() {
        assertThat(waits().limit(9))
                .containsExactly(
                        50_000L,
                        100_000L,
                        200_000L,
                        400_000L,
                        800_000L,
                        1_600_000L,
                        3_200_000L,
                        5_000_000L,
                        5_000_000L);
    }

    @Test
    void beginsAnew() {
        assertThat(waits().limit(5)).endsWith(800_000L);

        backOff.reset();

        assertThat(waits().limit(1)).containsExactly(50_000L);
    }

    /** After the moment in which it does not wait. */
    private LongStream waits() {
        return LongStream.generate(backOff::nextNanos).filter(nanos -> nanos > 0);
    }
}
