package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.piperelay.child.Children;
import io.piperelay.http.support.Answer;
import io.piperelay.http.support.EventSource;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import tools.jackson.databind.JsonNode;

/** Children that do not speak UTF-8. Each of them echoes, so that what it gets can be read as it is. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class CharsetIT {

    private static final String HELLO = "\u4f60\u597d";
    private static final String[] BYTES = {"Accept", "application/octet-stream"};
    private static final String[] JSON = {"Accept", "application/json"};

    private static RelayService service;
    private static RelayClient client;

    @BeforeAll
    static void start() {
        Settings settings = Settings.ordinary().with("pipe.input.max-frame", "100KB");
        speaking(settings, "gbk", "GBK");
        speaking(settings, "sjis", "Shift_JIS");
        speaking(settings, "utf16", "UTF-16LE");
        speaking(settings, "jis", "ISO-2022-JP");
        speaking(settings, "utf8", "utf-8");
        settings.misbehaving("dripping", "drip", "20", hex("a" + HELLO + "b\n", "GBK"))
                .with("pipe.children.dripping.charset", "GBK")
                .misbehaving("half", "hex", "61C4")
                .with("pipe.children.half.charset", "GBK")
                .steps("complaining", "complain:\u00e9", "drain")
                .with("pipe.children.complaining.charset", "windows-1252");
        service = RelayService.start(settings);
        client = service.client();
    }

    /** Some JVMs, such as those that tests under Wine run in, lack the charsets that are not in java.base. */
    private static void speaking(Settings settings, String name, String charset) {
        if (!Charset.isSupported(charset)) {
            return;
        }
        settings.child(name, Children.cat()).with("pipe.children." + name + ".charset", charset);
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static String hex(String text, String charset) {
        return hex(text.getBytes(Charset.forName(charset)));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().withUpperCase().formatHex(bytes);
    }

    private static void writeBytes(String hex) {
        Answer answer = client.post(
                "/pipe/write", HexFormat.of().parseHex(hex), "Content-Type", "application/octet-stream; x=y");
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    }

    private static String readBytes(String query) {
        return hex(client.get("/pipe/read?" + query, BYTES).body());
    }

    // In and out

    @Test
    void textIsConvertedBothWays() {
        client.session("gbk");

        Answer text = client.post("/pipe/exchange", HELLO);
        JsonNode json = client.post("/pipe/exchange?offset=5", HELLO, JSON).json();

        assertThat(text.text()).isEqualTo(HELLO + "\n");
        assertThat(text.header("Content-Type")).isEqualTo("text/plain;charset=UTF-8");
        assertThat(text.header("Content-Length")).isEqualTo("7");
        assertThat(text.number("Pipe-Next")).as("in the child's bytes").isEqualTo(5);
        assertThat(text.number("Pipe-Input-Next")).isEqualTo(5);
        assertThat(json.path("data").asString()).isEqualTo(HELLO + "\n");
        assertThat(json.path("encoding").asString()).isEqualTo("utf-8");
        assertThat(json.path("next").asInt()).isEqualTo(10);
        assertThat(client.post("/pipe/exchange?offset=5", HELLO).text())
                .as("again")
                .isEqualTo(HELLO + "\n");
    }

    @Test
    void whatTheChildGetsIsItsOwnEncoding() {
        client.session("gbk");

        client.write(HELLO);
        client.postChunked("/pipe/write?append=crlf", chunked(HELLO), "Content-Type", "text/plain");

        assertThat(readBytes("until=lf")).isEqualTo(hex(HELLO + HELLO + "\r\n", "GBK"));
    }

    private static Supplier<InputStream> chunked(String text) {
        return () -> new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void octetsAreRawBothWays() {
        client.session("gbk");

        writeBytes("FFC480");

        assertThat(readBytes("max=2")).isEqualTo("FFC4");
        assertThat(readBytes("")).isEqualTo("80");
    }

    @Test
    void utf8IsRawWhateverItsType() {
        client.session("utf8");
        byte[] noText = {(byte) 0xFF, (byte) 0xE4, 0};

        client.write(noText);

        assertThat(client.get("/pipe/read").body()).isEqualTo(noText);
    }

    @Test
    void eventsAreText() throws IOException {
        client.session("gbk");

        try (EventSource events = client.events("")) {
            client.write("a" + HELLO);
            assertThat(events.next().text()).isEqualTo("a" + HELLO);
            writeBytes("61C4E3BA");
            assertThat(events.next().text()).as("up to the half character").isEqualTo("a\u4f60");
            writeBytes("C3");
            assertThat(events.next().text()).isEqualTo("\u597d");
            writeBytes("FF");
            assertThat(events.next().data().path("encoding").asString()).isEqualTo("base64");
        }
    }

    @Test
    void eventsFollowShifts() throws IOException {
        assumeTrue(Charset.isSupported("ISO-2022-JP"), "this JVM does not know ISO-2022-JP");
        client.session("jis");
        String text = "a\u65e5\u672c\u8a9eb\n";
        byte[] bytes = text.getBytes(Charset.forName("ISO-2022-JP"));

        try (EventSource events = client.events("")) {
            StringBuilder seen = new StringBuilder();
            for (byte single : bytes) {
                writeBytes(hex(new byte[] {single}));
            }
            while (seen.length() < text.length()) {
                JsonNode data = events.next().data();
                assertThat(data.path("encoding").asString()).isEqualTo("utf-8");
                seen.append(data.path("data").asString());
            }
            assertThat(seen).hasToString(text);
        }
    }

    @Test
    void errorsAreText() {
        client.session("complaining");
        await().until(() -> client.get("/pipe/errors").status() == 200);

        assertThat(client.get("/pipe/errors").text())
                .as("its two bytes of UTF-8 in windows-1252")
                .isEqualTo("\u00c3\u00a9\n");
        assertThat(client.get("/pipe/errors", BYTES).body()).hasSize(3);
    }

    // Half characters

    @Test
    void whatArrivesByteByByteIsReadInWholeCharacters() {
        client.session("dripping");
        StringBuilder text = new StringBuilder();
        long next = 0;
        while (next < 7) {
            Answer answer = client.get("/pipe/read?timeout=30s");
            assertThat(answer.number("Pipe-Offset")).isEqualTo(next);
            assertThat(answer.text()).isNotEmpty().doesNotContain("\uFFFD");
            text.append(answer.text());
            next = answer.number("Pipe-Next");
        }

        assertThat(text).hasToString("a" + HELLO + "b\n");
    }

    @Test
    void halfACharacterStaysUnreadUntilItsRestComes() {
        client.session("half");

        assertThat(client.get("/pipe/read?timeout=30s").text()).isEqualTo("a");
        assertThat(client.get("/pipe/read?timeout=200ms").status()).isEqualTo(204);
        CompletableFuture<Answer> reader = client.getLater("/pipe/read?timeout=60s");
        writeBytes("E3BA");

        assertThat(reader.orTimeout(30, TimeUnit.SECONDS).join().text()).isEqualTo("\u4f60");
        await().until(() -> client.status().path("output").path("cursor").asInt() == 3);
    }

    @Test
    void aSilenceSaysThatItsRestNeverComes() {
        client.session("half");

        Answer answer = client.get("/pipe/read?quiet=300ms&timeout=30s");

        assertThat(answer.text()).isEqualTo("a\uFFFD");
        assertThat(answer.number("Pipe-Next")).isEqualTo(2);
    }

    @Test
    void theEndOfTheOutputSaysSoToo() {
        client.session("half");
        client.post("/pipe/write?eof=true");
        await().until(() -> client.status().path("output").path("eof").asBoolean());

        JsonNode json = client.get("/pipe/read?offset=0", JSON).json();

        assertThat(client.get("/pipe/read?offset=0").text()).isEqualTo("a\uFFFD");
        assertThat(json.path("encoding").asString()).isEqualTo("base64");
        assertThat(Base64.getDecoder().decode(json.path("data").asString())).containsExactly('a', 0xC4);
    }

    @Test
    void theMaximumCutsNoCharacterAndIsNoLessThanOne() {
        client.session("gbk");
        client.write(HELLO);
        await().until(() -> client.status().path("output").path("end").asInt() == 4);

        assertThat(client.get("/pipe/read?max=3&offset=0").text()).isEqualTo("\u4f60");
        assertThat(client.get("/pipe/read?max=1&offset=0").text()).isEqualTo("\u4f60");
        assertThat(readBytes("max=1")).isEqualTo("C4");
    }

    @Test
    void whatIsNoCharacterIsReplacedInTextAndKeptInJson() {
        client.session("gbk");
        writeBytes("61FF620A");

        assertThat(client.get("/pipe/read?until=lf&offset=0").text()).isEqualTo("a\uFFFDb\n");
        assertThat(client.get("/pipe/read?until=lf&offset=0", JSON)
                        .json()
                        .path("encoding")
                        .asString())
                .isEqualTo("base64");
    }

    // Delimiters

    @Test
    void aDelimiterIsTextInTheChildsCharset() {
        client.session("gbk");
        client.write("x" + HELLO + "\u3002y");

        Answer answer = client.get("/pipe/read?until=%E3%80%82&timeout=30s");

        assertThat(answer.text()).isEqualTo("x" + HELLO + "\u3002");
        assertThat(answer.header("Pipe-Matched")).isEqualTo("%E3%80%82");
    }

    @Test
    void aDelimiterThatTheChildCannotWriteIsRefused() {
        client.session("gbk");

        Answer refused = client.get("/pipe/read?until=lf&until=%F0%9F%98%80");

        assertThat(refused.problem()).isEqualTo("invalid-parameter");
        assertThat(refused.json().path("parameter").asString()).isEqualTo("until");
    }

    /** U+8868 is 0x95 0x5C, whose second byte is a backslash elsewhere. */
    @Test
    void noPartOfACharacterIsADelimiter() {
        assumeTrue(Charset.isSupported("Shift_JIS"), "this JVM does not know Shift_JIS");
        client.session("sjis");

        assertThat(client.post("/pipe/exchange", "\u8868\u8868").text()).isEqualTo("\u8868\u8868\n");
        assertThat(client.post("/pipe/exchange?until=%5C", "\u8868\\").text()).isEqualTo("\u8868\\");
        assertThat(readBytes("")).isEqualTo("0A");
        client.write("\u8868\\");
        assertThat(readBytes("until=%5C&timeout=30s")).as("in bytes, too").isEqualTo("955C5C");
    }

    @Test
    void utf16IsAligned() {
        client.session("utf16");

        // U+0A05 and U+3000 next to each other hold the bytes of a line feed.
        assertThat(client.post("/pipe/exchange", "\u0A05\u3000" + HELLO).text())
                .isEqualTo("\u0A05\u3000" + HELLO + "\n");
        client.write("a\r\nb");
        assertThat(readBytes("until=crlf&timeout=30s")).isEqualTo("61000D000A00");
        assertThat(client.get("/pipe/read?max=1").text()).isEqualTo("b");
    }

    @Test
    void shiftsAreFollowedFromReadToRead() {
        assumeTrue(Charset.isSupported("ISO-2022-JP"), "this JVM does not know ISO-2022-JP");
        client.session("jis");
        String text = "a\u65e5\u672c\u8a9eb";

        assertThat(client.post("/pipe/exchange", text).text()).isEqualTo(text + "\n");
        client.write(text + "\n");
        await().until(() -> client.status().path("output").path("end").asInt()
                == 2 * (hex(text, "ISO-2022-JP").length() / 2 + 1));
        StringBuilder pieces = new StringBuilder();
        while (pieces.length() <= text.length()) {
            pieces.append(client.get("/pipe/read?max=3").text());
        }
        assertThat(pieces).hasToString(text + "\n");
    }

    // What can't be encoded

    @Test
    void whatTheChildsCharsetLacksIsRefusedAndNothingIsWritten() {
        client.session("gbk");

        Answer refused = client.post("/pipe/write", "ab\u4f60\uD83D\uDE00");
        Answer noText = client.post("/pipe/exchange", new byte[] {'a', (byte) 0xFF});

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.problem()).isEqualTo("unmappable-input");
        assertThat(refused.json().path("position").asInt()).isEqualTo(5);
        assertThat(refused.json().path("detail").asString()).contains("U+1F600");
        assertThat(noText.problem()).isEqualTo("unmappable-input");
        assertThat(noText.json().path("position").asInt()).isEqualTo(1);
        assertThat(client.status().path("input").path("offset").asInt()).isZero();
    }

    @Test
    void aBodyThatIsTooLongToBeConvertedIsRefused() {
        client.session("gbk");
        byte[] longest = "x".repeat(100 * 1024).getBytes(StandardCharsets.US_ASCII);

        assertThat(client.post("/pipe/write?timeout=30s", longest).status()).isEqualTo(200);
        Answer refused = client.post("/pipe/write", new byte[longest.length + 1]);
        Answer chunked =
                client.postChunked("/pipe/write", () -> new ByteArrayInputStream(new byte[longest.length + 1]));

        assertThat(refused.problem()).isEqualTo("request-too-large");
        assertThat(refused.json().path("limit").asInt()).isEqualTo(longest.length);
        assertThat(chunked.problem()).isEqualTo("request-too-large");
        assertThat(client.status().path("input").path("offset").asInt()).isEqualTo(longest.length);
    }
}
