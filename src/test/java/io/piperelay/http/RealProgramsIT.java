package io.piperelay.http;

import static io.piperelay.http.support.Programs.assumeInstalled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Common programs, driven through the service unmodified. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it drives programs that POSIX systems have")
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class RealProgramsIT {

    /** Plays chess no better than it has to: an engine's last words are a line of which only the beginning is known. */
    private static final String CHESS =
            "while read -r line; do case $line in go*) echo info depth 5; echo bestmove e7e5 ponder g1f3;; esac; done";

    private static RelayService service;
    private static RelayClient client;

    @BeforeAll
    static void start() {
        service = RelayService.start(Settings.ordinary()
                .child("bc", "bc", "-q")
                .child("sqlite", "sqlite3", "-batch", ":memory:")
                .child("python", List.of("python3", "-u", "-i", "-q"))
                .child("python3", List.of("python3", "-c", "print(\"é\")"))
                .child("node", "node", "-e", "console.log('é')")
                .child("swipl", "swipl", "-g", "writeln('é')", "-t", "halt")
                .child("bash", "bash", "-c", "cd; pwd")
                .child("prompting", "sh", "-c", "exec python3 -u -i -q 2>&1")
                .child("chess", "sh", "-c", CHESS)
                .child("jq", "jq", "--unbuffered", "-c", ".a"));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static String exchange(String line) {
        Answer answer = client.post("/pipe/exchange?timeout=30s", line);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.text();
    }

    @Test
    void bcCalculates() {
        assumeInstalled("bc");
        client.session("bc");

        assertThat(exchange("2 + 3 * 4")).isEqualTo("14\n");
        assertThat(exchange("2 ^ 64")).isEqualTo("18446744073709551616\n");
        assertThat(client.delete("/pipe").json().path("stoppedBy").asString()).isEqualTo("end-of-input");
    }

    @Test
    void sqliteAnswersQueries() {
        assumeInstalled("sqlite3");
        client.session("sqlite");
        client.write("create table t (n integer, name text);\n");
        client.write("insert into t values (1, 'eins'), (2, '二');\n");

        assertThat(exchange("select name from t where n = 2;")).isEqualTo("二\n");
        assertThat(exchange("select sum(n) from t;")).isEqualTo("3\n");
    }

    @Test
    void pythonAnswersAndComplainsOnStderr() {
        assumeInstalled("python3");
        client.session("python");

        assertThat(exchange("print(6 * 7)")).isEqualTo("42\n");
        client.write("1 / 0\n");
        assertThat(exchange("print('still here')")).isEqualTo("still here\n");
        await().untilAsserted(() ->
                assertThat(client.get("/pipe/errors?max=100000").text()).contains("ZeroDivisionError"));
    }

    /** Nothing but the command is configured. */
    @ParameterizedTest
    @ValueSource(strings = {"python3", "node", "swipl"})
    void aProgramFeelsAtHome(String program) {
        assumeInstalled(program);
        client.session(program);

        assertThat(client.readToEnd()).asString().isEqualTo("é\n");
    }

    @Test
    void aShellKnowsItsHome() {
        assumeInstalled("bash");
        client.session("bash");

        assertThat(client.readToEnd()).asString().isEqualTo(System.getenv("HOME") + "\n");
    }

    /** It writes them to stderr unless it has a terminal. */
    @Test
    void pythonsTwoPromptsEachEndAReply() {
        assumeInstalled("python3");
        client.session("prompting");
        String prompt = "until=%3E%3E%3E%20&until=...%20&timeout=30s";
        assertThat(client.get("/pipe/read?" + prompt).text()).isEqualTo(">>> ");

        assertThat(client.post("/pipe/exchange?" + prompt, "for i in range(2):").text())
                .isEqualTo("... ");
        assertThat(client.post("/pipe/exchange?" + prompt, "  print(i)").text()).isEqualTo("... ");
        Answer printed = client.post("/pipe/exchange?" + prompt, "");

        assertThat(printed.text()).isEqualTo("0\n1\n>>> ");
        assertThat(printed.header("Pipe-Matched")).isEqualTo("%3E%3E%3E%20");
        assertThat(client.post("/pipe/exchange?" + prompt, "1 / 0").text()).contains("ZeroDivisionError");
    }

    @Test
    void aPromptThatNobodyNamesEndsAReplyBySilence() {
        assumeInstalled("python3");
        client.session("prompting");

        assertThat(client.get("/pipe/read?quiet=1s&timeout=30s").text()).isEqualTo(">>> ");
        assertThat(client.post("/pipe/exchange?quiet=1s&timeout=30s", "print('a\\nb')")
                        .text())
                .isEqualTo("a\nb\n>>> ");
    }

    @Test
    void anEnginesBestMoveIsTakenToTheEndOfItsLine() {
        client.session("chess");

        Answer thinking = client.post("/pipe/exchange?until=bestmove&timeout=30s", "go depth 5");
        Answer move = client.get("/pipe/read?until=lf&timeout=30s");

        assertThat(thinking.text()).isEqualTo("info depth 5\nbestmove");
        assertThat(move.text()).isEqualTo(" e7e5 ponder g1f3\n");
    }

    @Test
    void jqFiltersOneDocumentAfterTheOther() {
        assumeInstalled("jq");
        client.session("jq");

        assertThat(exchange("{\"a\": [1, 2]}")).isEqualTo("[1,2]\n");
        assertThat(exchange("{\"a\": {\"b\": \"ü\"}}")).isEqualTo("{\"b\":\"ü\"}\n");
    }
}
