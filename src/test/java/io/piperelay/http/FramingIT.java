package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.child.Children;
import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages in frames, through children that echo them as they are. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class FramingIT {

    private static final int MEBIBYTE = 1024 * 1024;

    private static RelayService service;
    private static RelayClient client;

    @BeforeAll
    static void start() {
        Settings settings = Settings.ordinary().cat().with("pipe.input.max-frame", "100KB");
        framed(settings, "lsp", "content-length");
        framed(settings, "le", "uint32le");
        framed(settings, "be", "uint32be");
        framed(settings, "short", "uint16be");
        framed(settings, "gbk", "uint16be").with("pipe.children.gbk.charset", "GBK");
        framed(settings, "pipelining", "uint32be").with("pipe.children.pipelining.pipelining", "true");
        service = RelayService.start(settings);
        client = service.client();
    }

    private static Settings framed(Settings settings, String name, String framing) {
        return settings.child(name, Children.cat()).with("pipe.children." + name + ".framing", framing);
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static void writeRaw(String bytes) {
        Answer answer = client.post("/pipe/write?framing=none", bytes.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    }

    private static Answer refused(Answer answer, int status, String problem) {
        assertThat(answer.problem()).as(answer.toString()).isEqualTo(problem);
        assertThat(answer.status()).isEqualTo(status);
        return answer;
    }

    @ParameterizedTest
    @CsvSource({
        "lsp, 436F6E74656E742D4C656E6774683A20350D0A0D0A68656C6C6F, 21",
        "le, 0500000068656C6C6F, 4",
        "be, 0000000568656C6C6F, 4",
        "short, 000568656C6C6F, 2"
    })
    void aWriteAddsTheFrameAndAReadRemovesIt(String child, String bytes, int header) {
        client.session(child);

        assertThat(client.post("/pipe/write", "hello").json().path("written").asInt())
                .isEqualTo(header + 5);
        client.post("/pipe/write", "x");

        Answer raw = client.get("/pipe/read?offset=0&framing=none&max=" + (header + 5) + "&until=hello");
        assertThat(raw.body()).asHexString().isEqualTo(bytes);
        Answer frame = client.get("/pipe/read");
        assertThat(frame.text()).isEqualTo("hello");
        assertThat(frame.number("Pipe-Offset")).isZero();
        assertThat(frame.number("Pipe-Next")).isEqualTo(header + 5);
        assertThat(frame.optionalHeader("Pipe-Matched")).isEmpty();
        assertThat(client.get("/pipe/read").text()).isEqualTo("x");
        assertThat(client.get("/pipe/read?timeout=0s").status()).isEqualTo(204);
    }

    @Test
    void aParameterFramesWhatTheProfileDoesNot() {
        client.session("cat");
        client.post("/pipe/write?framing=uint16be", "hello");
        client.post("/pipe/write?framing=uint32le", "world");

        Answer json = client.get("/pipe/read?framing=uint16be", "Accept", "application/json");

        assertThat(json.json().path("data").asString()).isEqualTo("hello");
        assertThat(json.json().path("next").asInt()).isEqualTo(7);
        assertThat(client.get("/pipe/read").body()).asHexString().isEqualTo("05000000776F726C64");
    }

    @Test
    void anExchangeIsAFrameEachWay() {
        client.session("lsp");

        Answer reply = client.post("/pipe/exchange", "{\"id\":1}\n");

        assertThat(reply.text()).isEqualTo("{\"id\":1}\n");
        assertThat(reply.number("Pipe-Input-Next")).isEqualTo(30);
        assertThat(client.post("/pipe/exchange?offset=0", "{\"id\":1}\n").text())
                .isEqualTo("{\"id\":1}\n");
        assertThat(client.status().path("input").path("offset").asInt()).isEqualTo(30);
    }

    @Test
    void pipelinedExchangesGetEachItsOwnFrame() {
        client.session("pipelining");
        List<CompletableFuture<Answer>> replies = IntStream.range(0, 100)
                .mapToObj(i -> client.postLater("/pipe/exchange?timeout=30s", new byte[i]))
                .toList();

        for (int i = 0; i < replies.size(); i++) {
            Answer reply = replies.get(i).join();
            assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
            assertThat(reply.body()).hasSize(i);
        }
    }

    @Test
    void anEmptyFrameIsAnAnswerWithNothingInIt() {
        client.session("be");
        client.post("/pipe/write", "");

        Answer empty = client.get("/pipe/read");

        assertThat(empty.status()).isEqualTo(200);
        assertThat(empty.body()).isEmpty();
        assertThat(empty.number("Pipe-Next")).isEqualTo(4);
        assertThat(client.post("/pipe/exchange", "").status()).isEqualTo(200);
        client.post("/pipe/write", "");
        assertThat(client.get("/pipe/read", "Accept", "application/json")
                        .json()
                        .path("data")
                        .asString())
                .isEmpty();
    }

    @Test
    void nothingIsSentWhereTheInputIsOnlyClosed() {
        client.session("be");

        assertThat(client.post("/pipe/write?eof=true", "")
                        .json()
                        .path("written")
                        .asInt())
                .isZero();

        refused(client.get("/pipe/read?timeout=30s"), 410, "end-of-output");
    }

    @Test
    void aBodyOfUnknownLengthIsGatheredUpToALimit() {
        client.session("be");
        byte[] body = new byte[100 * 1024];

        Answer written = client.postChunked("/pipe/write", () -> new ByteArrayInputStream(body));
        Answer tooLarge = client.postChunked("/pipe/write", () -> new ByteArrayInputStream(new byte[body.length + 1]));

        assertThat(written.json().path("written").asInt())
                .as(written.toString())
                .isEqualTo(body.length + 4);
        refused(tooLarge, 413, "request-too-large");
        assertThat(client.get("/pipe/read").body()).hasSize(body.length);
        assertThat(client.get("/pipe/read?timeout=0s").status()).isEqualTo(204);
    }

    @Test
    void aBodyOfKnownLengthMayBeLonger() {
        client.session("be");
        client.post("/pipe/write", new byte[300 * 1024]);

        assertThat(client.get("/pipe/read?timeout=30s").body()).hasSize(300 * 1024);
    }

    @Test
    void whatDoesNotFitIntoTheHeaderIsRefused() {
        client.session("short");

        assertThat(refused(client.post("/pipe/write", new byte[65536]), 413, "request-too-large")
                        .json()
                        .path("limit")
                        .asInt())
                .isEqualTo(65535);

        assertThat(client.post("/pipe/exchange?timeout=30s", new byte[65535]).body())
                .hasSize(65535);
    }

    @Test
    void aFrameThatArrivesInPiecesIsDeliveredOnce() {
        client.session("lsp");
        CompletableFuture<Answer> reader = client.getLater("/pipe/read?timeout=60s");

        String frame = "Content-Type: x\r\nContent-Length: 3\r\n\r\nabc";
        for (int i = 0; i < frame.length(); i++) {
            assertThat(reader).isNotDone();
            writeRaw(frame.substring(i, i + 1));
        }

        assertThat(reader.join().text()).isEqualTo("abc");
    }

    @Test
    void aFrameLargerThanTheWindowStaysUnread() {
        client.session("be");
        writeRaw("\0\20\0\0abc");

        Answer tooLarge = refused(client.get("/pipe/read"), 502, "frame-too-large");

        assertThat(tooLarge.json().path("length").asInt()).isEqualTo(MEBIBYTE + 4);
        assertThat(tooLarge.json().path("limit").asInt()).isEqualTo(MEBIBYTE);
        assertThat(tooLarge.json().path("offset").asInt()).isZero();
        assertThat(client.get("/pipe/read?framing=none").body()).hasSize(7);
    }

    @Test
    void whatIsNoFrameStaysUnread() {
        client.session("lsp");
        writeRaw("Loading...\n");

        assertThat(refused(client.get("/pipe/read?timeout=30s"), 502, "bad-frame")
                        .json()
                        .path("offset")
                        .asInt())
                .isZero();
        Answer reply = refused(client.post("/pipe/exchange", "{}"), 502, "bad-frame");

        assertThat(reply.number("Pipe-Input-Next")).isEqualTo(11 + 23);
        assertThat(client.get("/pipe/read?framing=none&until=lf").text()).isEqualTo("Loading...\n");
        assertThat(client.get("/pipe/read").text()).isEqualTo("{}");
    }

    @Test
    void anOutputThatEndsWithinAFrameSaysSo() {
        client.session("be");
        writeRaw("\0\0\0\5abc");
        client.post("/pipe/write?eof=true", "");

        refused(client.get("/pipe/read?timeout=30s"), 502, "bad-frame");

        assertThat(client.get("/pipe/read?framing=none").body()).hasSize(7);
        refused(client.get("/pipe/read"), 410, "end-of-output");
    }

    @Test
    void theSameOffsetBringsTheSameFrame() {
        client.session("short");
        client.post("/pipe/write", "one");
        client.post("/pipe/write", "two");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> client.status().path("output").path("end").asInt() == 10);

        for (int i = 0; i < 2; i++) {
            Answer first = client.get("/pipe/read?offset=0");
            assertThat(first.text()).isEqualTo("one");
            assertThat(client.get("/pipe/read?offset=" + first.number("Pipe-Next"))
                            .text())
                    .isEqualTo("two");
        }
        refused(client.get("/pipe/read?offset=11"), 409, "offset-gap");
    }

    @Test
    void textIsConvertedBeforeItIsFramed() {
        client.session("gbk");

        assertThat(client.post("/pipe/write", "\u4f60\u597d")
                        .json()
                        .path("written")
                        .asInt())
                .isEqualTo(2 + 4);

        assertThat(client.get("/pipe/read").text()).isEqualTo("\u4f60\u597d");
        assertThat(client.get("/pipe/read?offset=0", "Accept", "application/octet-stream")
                        .body())
                .asHexString()
                .isEqualTo("C4E3BAC3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"until=lf", "until=a&until=b", "quiet=1s", "max=5"})
    void nothingElseSaysWhereAFrameEnds(String parameter) {
        client.session("be");

        Answer read = refused(client.get("/pipe/read?" + parameter), 400, "invalid-parameter");

        assertThat(read.json().path("parameter").asString()).isEqualTo(parameter.replaceFirst("=.*", ""));
        refused(client.post("/pipe/exchange?" + parameter, "x"), 400, "invalid-parameter");
        assertThat(client.status().path("input").path("offset").asInt()).isZero();
        assertThat(client.get("/pipe/read?framing=none&timeout=0s&" + parameter).status())
                .isEqualTo(204);
    }

    @Test
    void aTerminatorIsNoPartOfAFrame() {
        client.session("be");

        refused(client.post("/pipe/write?append=lf", "x"), 400, "invalid-parameter");
        refused(client.post("/pipe/exchange?append=nul", "x"), 400, "invalid-parameter");
    }

    @Test
    void anUnknownFramingIsNamed() {
        client.session("cat");

        for (String query : List.of("?framing=lsp", "?framing=UINT32LE", "?framing=", "?framing=none&framing=none")) {
            assertThat(refused(client.get("/pipe/read" + query), 400, "invalid-parameter")
                            .json()
                            .path("parameter")
                            .asString())
                    .isEqualTo("framing");
            refused(client.post("/pipe/write" + query, "x"), 400, "invalid-parameter");
        }
    }
}
