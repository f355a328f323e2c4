package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RawConnection;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are invalid HTTP or JSON, and the problem documents that answer them. */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class HttpFaultsIT {

    private static final String CHUNKED_WRITE =
            "POST /pipe/write HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static RelayService service;
    private static RelayClient client;

    @BeforeAll
    static void start() {
        service = RelayService.start(Settings.ordinary().cat());
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @BeforeEach
    void session() {
        client.session("cat");
    }

    private static Answer raw(String request) throws IOException {
        try (RawConnection connection = client.connect()) {
            return connection.send(request).answer();
        }
    }

    private static Answer problem(int status, Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.json().path("status").asInt()).isEqualTo(status);
        assertThat(answer.json().path("type").asString()).startsWith("/problems/");
        assertThat(answer.json().path("title").asString()).isNotEmpty();
        assertThat(answer.json().path("detail").asString()).isNotEmpty();
        assertThat(answer.json().has("instance")).isTrue();
        assertThat(answer.text())
                .doesNotContain(
                        "Exception",
                        "\tat ",
                        ".java",
                        "io.piperelay",
                        "org.",
                        "/bin/",
                        "/home",
                        "/root",
                        "/tmp",
                        "<html");
        return answer;
    }

    private static void assertNothingWasWritten() {
        assertThat(client.status().path("input").path("offset").asLong(-1)).isZero();
    }

    @Test
    void chunksArriveAsTheyAre() throws IOException {
        Answer answer =
                raw(CHUNKED_WRITE + "5;name=value\r\nhello\r\n1\r\n \r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n");

        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(client.read(16)).asString().isEqualTo("hello 0123456789");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "xyz\r\nhello\r\n0\r\n\r\n",
                "-5\r\nhello\r\n0\r\n\r\n",
                "5\r\nhello world\r\n0\r\n\r\n",
                "FFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n",
                "\r\nhello\r\n0\r\n\r\n"
            })
    void aBadChunkIsABadRequest(String body) throws IOException {
        problem(400, raw(CHUNKED_WRITE + body));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: -1",
                "Content-Length: abc",
                "Content-Length: 5\r\nContent-Length: 6",
                "Content-Length: 99999999999999999999999",
                "Content-Length: +5",
                "Content-Length: 0x5",
                "Content-Length: 5, 6",
                "Content-Length : 5",
                "Content-Length: 5\r\nTransfer-Encoding: gzip",
                "Transfer-Encoding: chunked, identity",
            })
    void aBadLengthIsABadRequest(String headers) throws IOException {
        Answer answer =
                raw("POST /pipe/write HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n\r\n5\r\nhello\r\n0\r\n\r\n");

        assertThat(answer.status()).as(answer.toString()).isIn(400, 501);
        problem(answer.status(), answer);
        assertNothingWasWritten();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 3\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 3",
                "Transfer-Encoding: chunked\r\nContent-Length: 15",
                "transfer-encoding: CHUNKED\r\nX: y\r\ncontent-length: 3"
            })
    void aLengthBesidesChunksIsIgnoredAndSmugglesNothingIn(String headers) throws IOException {
        try (RawConnection connection = client.connect()) {
            Answer answer = connection
                    .send("POST /pipe/write HTTP/1.1\r\nHost: localhost\r\n" + headers
                            + "\r\n\r\n5\r\nhello\r\n0\r\n\r\nDELETE /pipe HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .answer();
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
            assertThat(answer.json().path("written").asInt()).isEqualTo(5);
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(connection.read()).isEqualTo(-1);
            assertThat(client.status().path("state").asString()).isEqualTo("running");
        }
    }

    @Test
    void anUnknownTransferEncodingIsNotImplemented() throws IOException {
        problem(501, raw("POST /pipe/write HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\nhello"));
        assertNothingWasWritten();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /pipe HTTP/9.9\r\nHost: localhost\r\n\r\n",
                "GET /pipe HTTP/1.1\r\n\r\n",
                "GET /pipe HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET /pipe HTTP/1.1\r\nHost: localhost\r\nbad header\r\n\r\n",
                "GET /pipe HTTP/1.1\r\nHost: localhost\r\nX: a\u0000b\r\n\r\n",
                "GET /pi<pe> HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "G@T /pipe HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "\u0016\u0003\u0001 nonsense\r\n\r\n",
            })
    void whatIsNotHttpIsAnsweredWithAProblemAllTheSame(String request) throws IOException {
        Answer answer = raw(request);

        assertThat(answer.status()).as(answer.toString()).isIn(400, 403, 505);
        problem(answer.status(), answer);
    }

    /** Or its client sends the next request on it, and gets no answer. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /pipe HTTP/9.9\r\nHost: localhost\r\n\r\n",
                "GET /pipe HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET /pi<pe> HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /pipe HTTP/1.1\r\nHost: localhost\r\nX: LONG\r\n\r\n",
                "GET /pipe?LONG HTTP/1.1\r\nHost: localhost\r\n\r\n",
            })
    void aRefusalThatEndsTheConnectionSaysSo(String request) throws IOException {
        try (RawConnection connection = client.connect()) {
            Answer answer =
                    connection.send(request.replace("LONG", "x".repeat(30_000))).answer();

            assertThat(answer.header("Connection")).as(answer.toString()).isEqualTo("close");
            connection.socket().setSoTimeout(10_000);
            assertThat(connection.input().read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {20_000, 30_000, 100_000})
    void aHeaderThatIsTooLargeIsRefusedAsThat(int length) throws IOException {
        Answer answer = raw("GET /pipe HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(length) + "\r\nY: "
                + "y".repeat(1_000) + "\r\n\r\n");

        assertThat(problem(431, answer).problem()).isEqualTo("headers-too-large");
    }

    @Test
    void tooManyHeadersAreRefusedAsThat() throws IOException {
        Answer answer = raw("GET /pipe HTTP/1.1\r\nHost: localhost\r\n" + "X: y\r\n".repeat(200) + "\r\n");

        assertThat(problem(431, answer).problem()).isEqualTo("headers-too-large");
    }

    @ParameterizedTest
    @ValueSource(ints = {16_400, 20_000, 30_000, 100_000})
    void aTargetThatIsTooLongIsRefusedAsThat(int length) throws IOException {
        String text = "x".repeat(length);

        assertThat(problem(414, raw("GET /" + text + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                        .problem())
                .isEqualTo("target-too-long");
        problem(414, raw("GET /pipe/read?until=" + text + " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "é", "中", "😀"})
    void aDelimiterHas1024CharactersWhateverTheirEncoding(String character) {
        String longest = URLEncoder.encode(character.repeat(1024), StandardCharsets.UTF_8);
        String tooLong = URLEncoder.encode(character.repeat(1025), StandardCharsets.UTF_8);

        assertThat(client.get("/pipe/read?timeout=0s&until=" + longest).status())
                .isEqualTo(204);
        assertThat(client.post(
                                "/pipe/exchange?append=lf&eof=false&offset=0&timeout=0s&max=1048576&until=" + longest,
                                "x")
                        .problem())
                .isEqualTo("reply-timeout");
        problem(400, client.get("/pipe/read?timeout=0s&until=" + tooLong));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /pipe/中 HTTP/1.1 | 400 | /",
                "G@T /pipe HTTP/1.1 | 400 | /",
                "CONNECT localhost:22 HTTP/1.1 | 501 | /",
                "GET pipe HTTP/1.1 | 400 | /",
                "GET * HTTP/1.1 | 400 | /",
                "GET ?x HTTP/1.1 | 400 | /",
                "GET /a\"b HTTP/1.1 | 400 | /",
                "GET /%zz HTTP/1.1 | 400 | /%25zz",
                "GET /pipe HTTP/9.9 | 400 | /pipe",
                "GET http://localhost/nowhere?x=y HTTP/1.1 | 404 | /nowhere",
                "GET http://elsewhere/pipe HTTP/1.1 | 400 | /pipe",
                "TRACE /pipe HTTP/1.1 | 405 | /pipe",
                "PUT /pipe?x HTTP/1.1 | 405 | /pipe",
            })
    void theInstanceIsAlwaysAPath(String requestLine, int status, String instance) throws IOException {
        try (RawConnection connection = client.connect()) {
            byte[] request = (requestLine + "\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.UTF_8);
            Answer answer = problem(status, connection.send(request).answer());

            assertThat(answer.json().path("instance").asString()).isEqualTo(instance);
        }
    }

    @Test
    void jsonThatIsNestedDeeplyIsABadRequest() {
        problem(400, client.postJson("/pipe", "[".repeat(30_000)));
        problem(400, client.postJson("/pipe", "{\"child\":".repeat(6_000)));
        problem(400, client.postJson("/pipe", "{\"bufferSize\":" + "9".repeat(60_000) + "}"));
    }

    @Test
    void jsonThatIsTooLargeIsRefused() {
        problem(413, client.postJson("/pipe", "{\"child\":\"" + "x".repeat(70_000) + "\"}"));
    }

    @Test
    void jsonThatIsNotUtf8IsABadRequest() {
        byte[] document = {'{', '"', 'c', 'h', 'i', 'l', 'd', '"', ':', '"', (byte) 0xff, '"', '}'};
        problem(400, client.post("/pipe", document, "Content-Type", "application/json"));
    }

    @Test
    void aBodyOfTheWrongTypeIsRefused() {
        problem(415, client.post("/pipe", "child=cat", "Content-Type", "application/x-www-form-urlencoded"));
        problem(415, client.post("/pipe", "{}", "Content-Type", "text/plain"));
    }

    @Test
    void anUnknownChildIsNamedOnlyAsText() {
        Answer answer = problem(400, client.postJson("/pipe?replace=true", "{\"child\":\"\\r\\n<b>\\u001b[31m\"}"));

        assertThat(answer.headers().map().toString()).doesNotContain("<b>");
    }

    @Test
    void headTakesNothing() {
        client.write("abc");

        for (String path : List.of("/pipe", "/pipe/read", "/pipe/children", "/pipe/errors")) {
            assertThat(client.method("HEAD", path).body()).isEmpty();
            assertThat(client.method("HEAD", path).status()).as(path).isLessThan(300);
        }

        assertThat(client.read(3)).asString().isEqualTo("abc");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/pipe | GET,HEAD,POST,DELETE,OPTIONS",
                "/pipe/read | GET,HEAD,OPTIONS",
                "/pipe/write | POST,OPTIONS",
                "/pipe/signal | POST,OPTIONS",
                "/pipe/exchange | POST,OPTIONS",
                "/pipe/errors | GET,HEAD,OPTIONS",
                "/pipe/children | GET,HEAD,OPTIONS",
                "/pipe/stream | GET,HEAD,OPTIONS",
                "/pipe/events | GET,HEAD,OPTIONS",
                "/ | GET,HEAD,OPTIONS",
                "/console/main.js | GET,HEAD,OPTIONS",
                "/problems/no-session | GET,HEAD,OPTIONS",
                "/swagger-ui.html | GET,HEAD,OPTIONS",
                "/swagger-ui/index.html | GET,HEAD,OPTIONS",
                "/v3/api-docs | GET,HEAD,OPTIONS",
                "/v3/api-docs.yaml | GET,HEAD,OPTIONS",
                "/actuator | GET,HEAD,OPTIONS",
                "/actuator/health | GET,HEAD,OPTIONS",
                "/actuator/metrics/jvm.info | GET,HEAD,OPTIONS"
            })
    void everyRouteSaysWhatIsAllowed(String path, String allowed) throws IOException {
        Answer answer = client.method("OPTIONS", path);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Allow").split(",\\s*")).containsExactlyInAnyOrder(allowed.split(","));
        assertThat(answer.headers().map()).doesNotContainKeys("access-control-allow-origin", "accept-patch");
        for (String method : List.of("PUT", "PATCH", "TRACE", "BREW")) {
            Answer refused =
                    problem(405, raw(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nX-Secret: 1\r\n\r\n"));
            assertThat(refused.header("Allow").split(", ")).containsExactlyInAnyOrder(allowed.split(","));
        }
    }

    @Test
    void theServiceAsAWholeAnswersThoseItLetsIn() throws IOException {
        Answer answer = raw("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Allow").split(","))
                .containsExactlyInAnyOrder("GET", "HEAD", "POST", "DELETE", "OPTIONS");
        problem(403, raw("OPTIONS * HTTP/1.1\r\nHost: evil.example\r\n\r\n"));
        problem(403, raw("OPTIONS * HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n\r\n"));
    }

    @Test
    void methodsOfWhatIsNotThereAreNotListed() throws IOException {
        for (String method : List.of("OPTIONS", "TRACE", "PUT")) {
            problem(404, raw(method + " /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /pipe",
        "PATCH, /pipe",
        "GET, /pipe/write",
        "POST, /pipe/read",
        "DELETE, /pipe/read",
        "PUT, /pipe/exchange",
        "QUERY, /pipe"
    })
    void anotherMethodIsNotAllowed(String method, String path) {
        Answer answer = problem(405, client.method(method, path));

        assertThat(answer.header("Allow")).isNotEmpty();
    }

    @Test
    void traceIsNotAllowed() throws IOException {
        problem(405, raw("TRACE /pipe HTTP/1.1\r\nHost: localhost\r\nX-Secret: 1\r\n\r\n"));
    }

    @Test
    void anUnknownMethodIsRefused() throws IOException {
        Answer answer = raw("BREW /pipe HTTP/1.1\r\nHost: localhost\r\n\r\n");

        assertThat(answer.status()).isIn(405, 501);
        problem(answer.status(), answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../pipe/../../etc/passwd",
                "/pipe/..%2f..%2fetc/passwd",
                "/pipe/%00",
                "/pipe%00",
                "/pipe/read%00",
                "/pipe%2fread",
                "/pipe/%2e%2e/etc/passwd",
                "/pipe;x=y",
                "/pipe/read;x=y",
                "/pipe;/read",
                "//pipe",
                "/pipe//read",
                "/pipe/",
                "/pipe/read/",
                "/PIPE",
                "/pipe/nothing",
                "/%ff",
                "/pipe%5cread",
                "/pipe\\read",
                "/.",
                "/pipe/./read",
                "/pipe/../pipe/read",
                "/pipe/%2e/read",
                "/x/%2E%2e/pipe/read",
                "/./pipe",
                "/pipe/%72ead%20",
                "/problems/no-session/../../x",
                "/WEB-INF/web.xml",
                "/application.properties",
                "/child-agent.jar",
                "/actuator/env",
                "/actuator/heapdump",
                "/actuator/shutdown"
            })
    void aPathThatIsNoneIsNotFound(String path) throws IOException {
        client.write("abc");

        Answer answer = raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");

        assertThat(answer.status()).as(answer.toString()).isIn(400, 404);
        problem(answer.status(), answer);
        assertThat(client.read(3)).asString().isEqualTo("abc");
    }

    @Test
    void aRefusedRequestWhoseBodyHasArrivedLeavesItsConnectionUsable() throws IOException {
        client.delete("/pipe");
        try (RawConnection connection = client.connect()) {
            for (String path : List.of("/pipe/write", "/pipe/exchange", "/nowhere", "/pipe/read", "/pipe/children")) {
                Answer refused = connection
                        .head("POST " + path, "Content-Length: 10")
                        .send("0123456789")
                        .answer();
                assertThat(refused.status()).as(refused.toString()).isIn(404, 405);
                Answer next = connection.head("GET /pipe/children").answer();
                assertThat(next.status()).as(path + " " + next).isEqualTo(200);
            }
        }
    }

    @Test
    void noErrorOfTheServiceItselfShowsItsInside() throws IOException {
        problem(404, client.get("/nowhere"));
        problem(404, client.get("/error"));
        problem(406, client.get("/pipe", "Accept", "text/html"));
        problem(406, client.get("/pipe", "Accept", "image/png"));
        problem(400, client.get("/pipe?x=1"));
        problem(400, client.get("/pipe/children?x=1"));
        problem(400, raw("GET /pipe/read?max=1&max=%zz HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        problem(409, client.post("/pipe"));
        problem(409, client.post("/pipe/write?offset=5", "x"));
    }

    @Test
    void acceptLanguagesThatAreNoneAreNoReasonToFail() {
        for (String language : List.of("", "*", "zz", "zh-Hant-TW", "x;q=abc", "en;q=0, zh", "-", "a".repeat(2000))) {
            problem(400, client.get("/pipe/read?max=0", "Accept-Language", language));
        }
        assertThat(client.get("/pipe/read?max=0", "Accept-Language", "zh-Hant-TW")
                        .json()
                        .path("title")
                        .asString())
                .isEqualTo("参数无效");
    }
}
