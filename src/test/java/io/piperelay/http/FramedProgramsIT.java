package io.piperelay.http;

import static io.piperelay.http.support.Programs.assumeInstalled;
import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Programs that speak in frames, driven through the service unmodified. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it drives programs that POSIX systems have")
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class FramedProgramsIT {

    /** Erlang's own end of a port, on its standard handles. */
    private static final String PORT =
            "P = open_port({fd, 0, 1}, [binary, {packet, %d}]), F = fun(F) -> receive {P, {data, D}} ->"
                    + " port_command(P, [<<\"got \">>, D]), F(F) end end, F(F).";

    /** As browsers' documentation has it. */
    private static final String NATIVE_HOST = """
            import json, struct, sys
            while True:
                header = sys.stdin.buffer.read(4)
                if len(header) < 4:
                    break
                message = json.loads(sys.stdin.buffer.read(struct.unpack('@I', header)[0]))
                answer = json.dumps({'echo': message['text']}).encode()
                sys.stdout.buffer.write(struct.pack('@I', len(answer)) + answer)
                sys.stdout.buffer.flush()
            """;

    private static final String DOCUMENT = "file:///greeting.py";
    private static final String TEXT = "import os\nos.getc";

    private static RelayService service;
    private static RelayClient client;
    private int requests;

    @BeforeAll
    static void start() {
        service = RelayService.start(Settings.ordinary()
                .child("pylsp", "pylsp")
                .with("pipe.children.pylsp.framing", "content-length")
                .child("jedi", "jedi-language-server")
                .with("pipe.children.jedi.framing", "content-length")
                .child("erlang2", "erl", "-noshell", "-noinput", "-eval", String.format(PORT, 2))
                .with("pipe.children.erlang2.framing", "uint16be")
                .child("erlang4", "erl", "-noshell", "-noinput", "-eval", String.format(PORT, 4))
                .with("pipe.children.erlang4.framing", "uint32be")
                .child("host", "python3", "-c", NATIVE_HOST)
                .with("pipe.children.host.framing", "uint32le"));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    /** A whole life of a language server, who also says things that nobody asked for. */
    @ParameterizedTest
    @CsvSource({"pylsp, pylsp", "jedi, jedi-language-server"})
    void aLanguageServerCompletesAName(String child, String program) {
        assumeInstalled(program);
        client.session(child);

        JsonNode server = request("initialize", Map.of("capabilities", Map.of(), "rootUri", "file:///"));
        assertThat(server.path("capabilities").has("completionProvider")).isTrue();
        notify("initialized", Map.of());
        var document = Map.of("uri", DOCUMENT, "languageId", "python", "version", 1, "text", TEXT);
        notify("textDocument/didOpen", Map.of("textDocument", document));
        JsonNode names = request(
                "textDocument/completion",
                Map.of(
                        "textDocument", Map.of("uri", DOCUMENT),
                        "position", Map.of("line", 1, "character", 7)));
        assertThat(names.toString()).contains("getcwd");
        assertThat(request("shutdown", null).isNull()).isTrue();
        notify("exit", null);

        JsonNode exited = client.awaitExit(Duration.ofSeconds(60));
        assertThat(exited.path("child").path("exitCode").asInt()).isZero();
    }

    private JsonNode request(String method, @Nullable Object parameters) {
        int id = ++requests;
        send(message(method, parameters, "\"id\":" + id + ","));
        while (true) {
            Answer answer = client.get("/pipe/read?timeout=60s");
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
            if (answer.json().path("id").asInt() == id && !answer.json().has("method")) {
                assertThat(answer.json().has("error")).as(answer.text()).isFalse();
                return answer.json().path("result");
            }
        }
    }

    private static void notify(String method, @Nullable Object parameters) {
        send(message(method, parameters, ""));
    }

    private static void send(String message) {
        Answer written = client.post("/pipe/write", message, "Content-Type", "application/json");
        assertThat(written.status()).as(written.toString()).isEqualTo(200);
    }

    private static String message(String method, @Nullable Object parameters, String id) {
        String json =
                parameters == null ? "" : ",\"params\":" + JsonMapper.shared().writeValueAsString(parameters);
        return "{\"jsonrpc\":\"2.0\"," + id + "\"method\":\"" + method + "\"" + json + "}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"erlang2", "erlang4"})
    void anErlangPortSendsPackets(String child) {
        assumeInstalled("erl");
        client.session(child);

        assertThat(client.post("/pipe/exchange?timeout=60s", "hello").text()).isEqualTo("got hello");
        assertThat(client.post("/pipe/exchange?timeout=60s", "").text()).isEqualTo("got ");
        String longest = "x".repeat(65531);
        assertThat(client.post("/pipe/exchange?timeout=60s", longest).text()).isEqualTo("got " + longest);
    }

    @Test
    void aBrowsersNativeHostAnswersInJson() {
        assumeInstalled("python3");
        client.session("host");

        Answer answer = client.post("/pipe/exchange?timeout=60s", "{\"text\": \"你好\"}");

        assertThat(answer.json().path("echo").asString()).isEqualTo("你好");
    }
}
