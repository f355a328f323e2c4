package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.piperelay.child.MisbehavingChild;
import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code pipe.output.when-full: drop-oldest}: a child never waits, and readers see where bytes are missing. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class DropOldestIT {

    private static final int WINDOW = 128 * 1024;

    private static RelayService service;
    private static RelayClient client;

    @BeforeAll
    static void start() {
        service = RelayService.start(Settings.ordinary()
                .with("pipe.output.when-full", "drop-oldest")
                .with("pipe.output.window", WINDOW + "B")
                .cat()
                .misbehaving("flood", "flood"));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"max=1", "max=65536", "max=131072", "max=131072&until=lf"})
    void readersOfAFloodSeeNoByteTwiceAndNoneWrong(String query) {
        client.session("flood");
        long next = 0;
        for (int i = 0; i < 300; i++) {
            Answer answer = client.get("/pipe/read?timeout=30s&" + query);
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
            long offset = answer.number("Pipe-Offset");
            assertThat(offset).isGreaterThanOrEqualTo(next);
            next = answer.number("Pipe-Next");
            assertThat(next).isEqualTo(offset + answer.body().length);
            for (int b = 0; b < answer.body().length; b++) {
                if (answer.body()[b] != MisbehavingChild.floodByte(offset + b)) {
                    throw new AssertionError("byte " + (offset + b) + " is wrong");
                }
            }
        }
    }

    @Test
    void aStreamFromWhichBytesWereDroppedIsBrokenOff() throws IOException {
        client.session("flood");
        try (InputStream stream = client.open("/pipe/stream").body()) {
            long dropped = client.status().path("output").path("end").asLong() + 400L * WINDOW;
            await().until(() -> client.status().path("output").path("oldest").asLong() > dropped);

            assertThatExceptionOfType(IOException.class).isThrownBy(stream::readAllBytes);
        }
    }

    @Test
    void aChildWhoseOutputNobodyReadsIsNotHeldUp() {
        client.session("cat");

        client.write(MisbehavingChild.randomBytes(1, 1_000_000));

        await().until(() -> client.status().path("output").path("end").asLong() == 1_000_000);
        assertThat(client.status().path("output").path("oldest").asLong()).isEqualTo(1_000_000 - WINDOW);
        assertThat(client.status().path("output").path("cursor").asLong()).isEqualTo(1_000_000 - WINDOW);
        assertThat(client.get("/pipe/read?offset=0").problem()).isEqualTo("offset-gone");
        assertThat(client.read(WINDOW))
                .isEqualTo(
                        Arrays.copyOfRange(MisbehavingChild.randomBytes(1, 1_000_000), 1_000_000 - WINDOW, 1_000_000));
    }

    /** There is always room for the newest bytes, so no exchange has to be refused for lack of it. */
    @Test
    void anExchangeTakesPartInAWindowThatIsFull() {
        client.session("cat");
        client.write(MisbehavingChild.floodBytes(0, WINDOW));
        await().until(() -> client.status().path("output").path("end").asLong() == WINDOW);
        client.read(WINDOW / 2); // Otherwise the reply could be WINDOW bytes long before the child has answered.

        Answer answer = client.post("/pipe/exchange?offset=" + WINDOW + "&until=hello%0A&max=" + WINDOW, "hello");

        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.text()).endsWith("hello\n");
        assertThat(client.post("/pipe/exchange?offset=" + WINDOW + "&until=hello%0A", "hello")
                        .body())
                .isEqualTo(answer.body());
        assertThat(client.post("/pipe/exchange", "and more").text()).isEqualTo("and more\n");
    }
}
