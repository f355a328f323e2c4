package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.child.MisbehavingChild;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import io.piperelay.http.support.Soak;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The bundled agent on one pipe and on two: no byte is stolen, lost or repeated. */
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class TopologyIT {

    private static final int ROUNDS = Soak.count(300, 1_000);
    private static final int LARGEST_MESSAGE = 30_000;

    private static RelayService service;
    private static RelayClient client;

    @BeforeAll
    static void start() {
        service = RelayService.start(Settings.ordinary());
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static JsonNode create(String child, String topology) {
        JsonNode session = topology.equals("shared") ? client.sharedSession(child) : client.session(child);
        assertThat(session.path("topology").asString()).isEqualTo(topology);
        return session;
    }

    @ParameterizedTest
    @ValueSource(strings = {"duplex", "shared"})
    void roundsOfRandomBytesComeBackAsTheyWere(String topology) {
        create("agent", topology);
        Random random = new Random(42);
        for (int round = 0; round < ROUNDS; round++) {
            // Mostly short messages, as in conversations.
            int size = 1 + random.nextInt(random.nextInt(4) == 0 ? LARGEST_MESSAGE : 200);
            byte[] message = MisbehavingChild.randomBytes(round, size);

            client.write(message);

            assertThat(client.read(size)).as("round " + round).isEqualTo(message);
        }
        JsonNode status = client.status();
        assertThat(status.path("input").path("offset"))
                .isEqualTo(status.path("output").path("end"));
        assertThat(client.delete("/pipe").json().path("stoppedBy").asString()).isEqualTo("end-of-input");
    }

    @ParameterizedTest
    @ValueSource(strings = {"duplex", "shared"})
    void theOriginalConversation(String topology) {
        create("bingo", topology);

        for (int round = 0; round < 100; round++) {
            client.post("/pipe/write?append=nul", "Bingo hen shuai");
            assertThat(client.read(11)).asString().isEqualTo("Bingo Bingo");
        }

        assertThat(client.get("/pipe/read?timeout=100ms").status()).isEqualTo(204);
        await().until(() -> client.get("/pipe/errors").text().contains("received 16 bytes: \"Bingo hen shuai\\0\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"duplex", "shared"})
    void bingoWithoutATerminator(String topology) {
        create("bingo", topology);

        client.write("Bingo hen shuai");

        assertThat(client.read(11)).asString().isEqualTo("Bingo Bingo");
    }

    @ParameterizedTest
    @ValueSource(strings = {"duplex", "shared"})
    void aMegabyteInOneMessage(String topology) {
        create("agent", topology);
        byte[] message = MisbehavingChild.randomBytes(5, 1_000_000);

        client.write(message);

        assertThat(client.read(message.length)).isEqualTo(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"duplex", "shared"})
    void anExchangeOfLines(String topology) {
        create("agent", topology);
        for (int round = 0; round < 200; round++) {
            assertThat(client.post("/pipe/exchange", "round " + round).text()).isEqualTo("round " + round + "\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"duplex", "shared"})
    void theEndOfInputEndsTheAgentAndItsOutput(String topology) {
        create("agent", topology);

        client.post("/pipe/write?eof=true", "last words");

        assertThat(client.readToEnd()).asString().isEqualTo("last words");
        JsonNode status = client.awaitExit(Duration.ofSeconds(10));
        assertThat(status.path("child").path("exitCode").asInt(-1)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4096, 1048576})
    void theSharedPipeMayBeSmallOrLarge(int bufferSize) {
        client.delete("/pipe?grace=0s");
        assertThat(client.postJson("/pipe", "{\"topology\":\"shared\",\"bufferSize\":" + bufferSize + "}")
                        .status())
                .isEqualTo(201);
        byte[] message = MisbehavingChild.randomBytes(5, 100_000);

        client.write(message);

        assertThat(client.read(message.length)).isEqualTo(message);
    }

    @Test
    void aSharedSessionIsClosedWhileItsOutputGoesUnread() {
        client.sharedSession("agent");
        client.post("/pipe/write?timeout=500ms", new byte[3_000_000]);

        assertThat(client.delete("/pipe?grace=1s").status()).isEqualTo(200);

        assertThat(client.get("/pipe").status()).isEqualTo(404);
    }
}
