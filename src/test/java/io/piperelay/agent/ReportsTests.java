package io.piperelay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportsTests {

    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final Reports reports = new Reports(errors);

    @Test
    void eachReadGetsALine() {
        reports.received("one\0".getBytes(StandardCharsets.UTF_8), 4);
        reports.received("two, and what is left from before".getBytes(StandardCharsets.UTF_8), 3);
        reports.total();

        assertThat(lines())
                .containsExactly(
                        "received 4 bytes: \"one\\0\"", "received 3 bytes: \"two\"", "end of input after 7 bytes");
    }

    @Test
    void mostOfAFloodIsOnlyCounted() {
        for (int i = 0; i < 100_000; i++) {
            reports.received(new byte[1000], 1000);
        }
        reports.total();

        assertThat(lines())
                .hasSizeBetween(21, 1000)
                .last()
                .asString()
                .startsWith("end of input after 100000000 bytes (");
    }

    @Test
    void brokenStandardErrorIsNoReasonToStop() {
        Reports unheard = new Reports(new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException("nobody listens");
            }
        });

        unheard.received(new byte[1], 1);
        unheard.total();
    }

    private List<String> lines() {
        return errors.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
