package io.piperelay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EchoTests {

    @Test
    void everyByteComesBackAsItIs() throws IOException {
        byte[] bytes = new byte[300_000];
        new Random(1).nextBytes(bytes);
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();

        new Echo(new ByteArrayInputStream(bytes), output, new Reports(errors)).run();

        assertThat(output.toByteArray()).isEqualTo(bytes);
        assertThat(errors.toString(StandardCharsets.UTF_8)).startsWith("received 65536 bytes: \"");
    }
}
