package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RawConnection;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayProcess;
import io.piperelay.http.support.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** What a service with full logging says about its clients, and what it must not say. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class LogIT {

    private static final String TOKEN = "a-token-that-nobody-guesses-0123456789";
    private static final String[] AUTHORIZED = {"Authorization", "Bearer " + TOKEN};

    private static RelayProcess service;
    private static RelayClient client;

    @BeforeAll
    static void start() {
        service = RelayProcess.with(Settings.ordinary().with("pipe.access.token", TOKEN))
                .logging("root", "debug")
                .logging("org.springframework.web", "trace")
                .start();
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static void awaitInLog(String text) {
        await().untilAsserted(() -> assertThat(service.log().contains(text))
                .as("'%s' is in the log", text)
                .isTrue());
    }

    @Test
    void theTokenIsNeitherLoggedNorEchoed() {
        List<Answer> answers = new ArrayList<>(List.of(
                client.get("/pipe/children", AUTHORIZED),
                client.post("/pipe", new byte[0], AUTHORIZED),
                client.post("/pipe/exchange?until=lf", "hello", AUTHORIZED),
                client.get("/pipe/read?timeout=0s", AUTHORIZED),
                client.delete("/pipe", AUTHORIZED)));
        assertThat(answers).extracting(Answer::status).containsExactly(200, 201, 200, 204, 200);

        List<Answer> refused = List.of(
                client.get("/pipe", "Authorization", "Bearer " + TOKEN + "x"),
                client.get("/pipe", "Authorization", "Bearer x" + TOKEN),
                client.get("/pipe", "Authorization", "Basic " + TOKEN),
                client.get("/pipe?access_token=" + TOKEN),
                client.get("/pipe?access_token=" + TOKEN, AUTHORIZED),
                client.get("/pipe/read?" + TOKEN, AUTHORIZED),
                client.get("/swagger-ui/index.html?token=" + TOKEN),
                client.get("/nowhere?token=" + TOKEN, AUTHORIZED));
        assertThat(refused).extracting(Answer::status).containsExactly(401, 401, 401, 401, 400, 400, 400, 400);
        answers.addAll(refused);

        // Otherwise the log would prove nothing.
        awaitInLog("GET \"/pipe/children\"");
        awaitInLog("POST \"/pipe/exchange?until=lf\"");
        awaitInLog("DELETE \"/pipe\"");
        assertThat(service.log().contains(TOKEN)).as("the token is in the log").isFalse();
        assertThat(answers).noneMatch(answer -> (answer.headers().map() + answer.text()).contains(TOKEN));
    }

    @Test
    void aSessionsLifeIsOneLineForEachEventAndNothingOfWhatGoesThroughIt() {
        String session =
                client.post("/pipe", new byte[0], AUTHORIZED).json().path("id").asString();
        String payload = "a-payload-that-nobody-logs";
        assertThat(client.post("/pipe/exchange", payload, AUTHORIZED).text()).contains(payload);
        assertThat(client.delete("/pipe", AUTHORIZED).status()).isEqualTo(200);

        awaitInLog("Session " + session + " ended");
        String log = service.log();
        assertThat(log.lines().filter(line -> line.contains("Session " + session)))
                .satisfiesExactly(
                        start -> assertThat(start).containsPattern(" INFO .* started, duplex: child 'agent', pid \\d+"),
                        exit -> assertThat(exit)
                                .containsPattern(" INFO .* child 'agent', pid \\d+, exited with code 0"),
                        end -> assertThat(end)
                                .containsPattern(" INFO .* closed by a client: child 'agent', pid \\d+,"
                                        + " stopped by end-of-input, exit code 0"));
        assertThat(log).doesNotContain(payload);
    }

    @Test
    void whatClientsSendCannotForgeLinesOrGiveOrdersToATerminal() throws IOException {
        String json = "{\"child\":\"\\r\\nforged-7\\u001b[31m\\u009b31m\\u2028\"}";
        List<String> nasty = List.of(
                "GET /pipe?x=%0d%0aforged-0%1b[31m HTTP/1.1\r\n",
                "GET /%0d%0aforged-1%1b%5b31m%07%08%c2%9b31m%e2%80%a8%e2%80%aeforged HTTP/1.1\r\n",
                "GET /\u001b[31mforged-2 HTTP/1.1\r\n",
                "F\u001b[31mforged-3 / HTTP/1.1\r\n",
                "GET / HTTP/1.1\r\nX: \u001b[31mforged-4\r\n",
                "GET / HTTP/1.1\r\nX: a\rforged-5\r\n",
                "GET /pipe/read?timeout=%0d%0aforged-6%1b%5b31m HTTP/1.1\r\n",
                "POST /pipe HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: " + json.length() + "\r\n",
                "POST /pipe HTTP/1.1\r\nContent-Type: a\u001b[31mforged-8\r\nContent-Length: 2\r\n",
                "PUT /problems/%0d%0aforged-9%1b%5b31m HTTP/1.1\r\n");

        for (int i = 0; i < nasty.size(); i++) {
            try (RawConnection connection = client.connect()) {
                String head = nasty.get(i) + "Host: localhost\r\nAuthorization: Bearer " + TOKEN + "\r\n\r\n";
                connection.send(head + (i == 7 ? json : i == 8 ? "{}" : ""));
                assertThat(connection.answerHead().status()).as(head).isBetween(400, 499);
            }
            awaitInLog("forged-" + i);
        }

        String log = service.log();
        // As a terminal would see them; the pattern's own line terminators are LF, or CR LF on Windows.
        assertThat(log.lines().filter(line -> line.startsWith("forged"))).isEmpty();
        assertThat(log.replace(System.lineSeparator(), "")
                        .replaceAll("[\n\t]", "")
                        .codePoints())
                .noneMatch(LogIT::isControl);
        assertThat(log).contains("\\r\\nforged-1\\u001b[31m\\u0007\\u0008\\u009b31m\\u2028\\u202eforged");
    }

    private static boolean isControl(int character) {
        int type = Character.getType(character);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }
}
