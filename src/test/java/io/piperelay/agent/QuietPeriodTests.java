package io.piperelay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class QuietPeriodTests {

    @Test
    void moreThatIsThereAlreadyContinuesTheMessage() throws IOException {
        assertThat(new QuietPeriod(new ByteArrayInputStream(new byte[1])).reached())
                .isFalse();
    }

    @Test
    void moreThatComesInTimeContinuesTheMessage() throws IOException {
        InputStream soon = new InputStream() {
            private int looks;

            @Override
            public int available() {
                return looks++ == 3 ? 1 : 0;
            }

            @Override
            public int read() {
                throw new AssertionError("looking must not read");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                return read();
            }
        };

        assertThat(new QuietPeriod(soon).reached()).isFalse();
    }

    @Test
    void silenceEndsTheMessageAfterFiftyMilliseconds() throws IOException {
        long start = System.nanoTime();

        assertThat(new QuietPeriod(InputStream.nullInputStream()).reached()).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(50));
    }
}
