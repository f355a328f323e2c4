package io.piperelay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReportRateTests {

    /** Nano times may be negative. */
    private static final long START = -5;

    private static final long SECOND = 1_000_000_000;

    private final ReportRate rate = new ReportRate();

    @Test
    void admitsTwentyReportsInASecond() {
        assertThat(admittedOf(100, START)).isEqualTo(20);
        assertThat(admittedOf(100, START + SECOND - 1)).isZero();
    }

    @Test
    void admitsMoreInTheNextSecond() {
        admittedOf(100, START);

        assertThat(admittedOf(100, START + SECOND)).isEqualTo(20);
    }

    @Test
    void quietTimeIsNotSavedUp() {
        admittedOf(1, START);

        assertThat(admittedOf(100, START + 60 * SECOND)).isEqualTo(20);
    }

    private long admittedOf(int reports, long nanoTime) {
        return IntStream.range(0, reports).filter(i -> rate.admits(nanoTime)).count();
    }
}
