package io.piperelay.web.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ClientMessageTests {

    @Test
    void aMessageMayBeAsLongAsFrames() {
        int length = 20_000_001; // Jackson's own limit for a string is 20,000,000.
        byte[] json =
                ("{\"type\":\"input\",\"data\":\"" + "x".repeat(length) + "\"}").getBytes(StandardCharsets.US_ASCII);

        assertThat(ClientMessage.of(json, json.length).data()).hasSize(length);
    }
}
