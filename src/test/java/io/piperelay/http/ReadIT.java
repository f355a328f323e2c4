package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.child.MisbehavingChild;
import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RawConnection;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** {@code GET /pipe/read}: every byte to one reader, in order, as it is. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class ReadIT {

    private static final int WINDOW = 256 * 1024;

    private static RelayService service;
    private static RelayClient client;

    @BeforeAll
    static void start() {
        service = RelayService.start(Settings.ordinary()
                .with("pipe.output.window", WINDOW + "B")
                .cat()
                .steps("hello", "print:hello", "exit:3")
                .misbehaving("flood", "flood"));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    // When a read answers, and with how much

    @Test
    void answersAsSoonAsThereIsOneByte() {
        client.session("cat");
        CompletableFuture<Answer> reader = client.getLater("/pipe/read?timeout=60s");

        client.write("x");

        assertThat(reader.orTimeout(10, TimeUnit.SECONDS).join().text()).isEqualTo("x");
    }

    @Test
    void answersNoContentWhenTheTimeIsUp() {
        client.session("cat");
        long start = System.nanoTime();

        Answer answer = client.get("/pipe/read?timeout=700ms");

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(700), Duration.ofMillis(3000));
    }

    @Test
    void aTimeoutOfZeroTakesWhatIsThere() {
        client.session("cat");
        assertThat(client.get("/pipe/read?timeout=0s").status()).isEqualTo(204);
        client.write("abc");
        awaitOutput(3);

        assertThat(client.get("/pipe/read?timeout=0s").text()).isEqualTo("abc");
    }

    @Test
    void takesAtMostMaxAndLeavesTheRest() {
        client.session("cat");
        client.write("abcdef");
        awaitOutput(6);

        assertThat(client.get("/pipe/read?max=1").text()).isEqualTo("a");
        assertThat(client.get("/pipe/read?max=3").text()).isEqualTo("bcd");
        assertThat(client.get("/pipe/read?max=" + WINDOW).text()).isEqualTo("ef");
    }

    @Test
    void theDefaultMaximumIs64KiB() {
        client.session("cat");
        client.write(new byte[100_000]);
        awaitOutput(100_000);

        assertThat(client.get("/pipe/read").body()).hasSize(65536);
    }

    @Test
    void theWholeWindowCanBeReadAtOnce() {
        client.session("flood");
        awaitOutput(WINDOW);

        byte[] window = client.get("/pipe/read?max=" + WINDOW).body();

        assertThat(window).hasSize(WINDOW);
        assertFlood(0, window);
        awaitOutput(2 * WINDOW);
        assertFlood(WINDOW, client.get("/pipe/read?max=" + WINDOW).body());
    }

    private static void assertFlood(long position, byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != MisbehavingChild.floodByte(position + i)) {
                throw new AssertionError("byte " + (position + i) + " is wrong");
            }
        }
    }

    // What a read's answer says

    @Test
    void theHeadersSayWhereTheBytesAre() {
        String session = client.session("cat").path("id").asString();
        client.write("abcdef");
        awaitOutput(6);
        client.get("/pipe/read?max=2");

        Answer answer = client.get("/pipe/read?max=3");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Pipe-Session")).isEqualTo(session);
        assertThat(answer.number("Pipe-Offset")).isEqualTo(2);
        assertThat(answer.number("Pipe-Next")).isEqualTo(5);
        assertThat(answer.optionalHeader("Pipe-Eof")).isEmpty();
        assertThat(answer.header("Content-Length")).isEqualTo("3");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    }

    @Test
    void theLastBytesComeWithEofAndThenTheOutputIsGone() {
        client.session("hello");
        await().until(() -> client.status().path("output").path("eof").asBoolean());

        Answer last = client.get("/pipe/read");
        Answer gone = client.get("/pipe/read");

        assertThat(last.text()).isEqualTo("hello");
        assertThat(last.header("Pipe-Eof")).isEqualTo("true");
        assertThat(gone.status()).isEqualTo(410);
        assertThat(gone.problem()).isEqualTo("end-of-output");
        assertThat(gone.json().path("exitCode").asInt()).isEqualTo(3);
        assertThat(client.get("/pipe/read?timeout=0s&until=lf").problem()).isEqualTo("end-of-output");
    }

    @Test
    void beforeTheLastBytesThereIsNoEof() {
        client.session("hello");
        await().until(() -> client.status().path("output").path("eof").asBoolean());

        assertThat(client.get("/pipe/read?max=4").optionalHeader("Pipe-Eof")).isEmpty();
        assertThat(client.get("/pipe/read?max=1").optionalHeader("Pipe-Eof")).contains("true");
    }

    @Test
    void aReaderThatWaitsIsToldTheEnd() {
        client.session("cat");
        CompletableFuture<Answer> reader = client.getLater("/pipe/read?timeout=60s");

        client.post("/pipe/write?eof=true");

        assertThat(reader.join().problem()).isEqualTo("end-of-output");
        assertThat(reader.join().json().path("exitCode").asInt(-1)).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/* | text/plain;charset=UTF-8",
                "text/plain | text/plain;charset=UTF-8",
                "text/* | text/plain;charset=UTF-8",
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | text/plain;charset=UTF-8",
                "application/octet-stream | application/octet-stream",
                "application/* | application/octet-stream",
                "application/json | application/json",
                "application/json, */* | application/json",
                "*/*, application/json | application/json",
                "application/json;q=0.5, application/octet-stream | application/octet-stream",
                "text/plain;q=0.1, application/json;q=0.2 | application/json",
                "text/plain;q=0, */* | application/octet-stream",
                "text/plain;q=0, application/octet-stream;q=0, */*;q=0.1 | application/json",
                "APPLICATION/JSON | application/json",
            })
    void theBytesComeAsTheClientPrefers(String accept, String type) {
        client.session("cat");
        client.write("abc");

        Answer answer = client.get("/pipe/read", "Accept", accept);

        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo(type);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "image/*", "*/*;q=0", "text/plain;q=0", "nonsense"})
    void aClientThatAcceptsNoneOfThemTakesNothing(String accept) {
        client.session("cat");
        client.write("abc");

        Answer answer = client.get("/pipe/read", "Accept", accept);

        assertThat(answer.status()).as(answer.toString()).isEqualTo(406);
        assertThat(answer.problem()).isEqualTo("not-acceptable");
        assertThat(client.read(3)).asString().isEqualTo("abc");
    }

    @Test
    void jsonTellsTextAsText() {
        String session = client.session("cat").path("id").asString();
        String text = "中文 \u0000 \" \\ \n \uD83D\uDE00 <script>";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        client.write(bytes);
        awaitOutput(bytes.length);

        JsonNode document =
                client.get("/pipe/read", "Accept", "application/json").json();

        assertThat(document.path("session").asString()).isEqualTo(session);
        assertThat(document.path("offset").asInt(-1)).isZero();
        assertThat(document.path("next").asInt()).isEqualTo(bytes.length);
        assertThat(document.path("encoding").asString()).isEqualTo("utf-8");
        assertThat(document.path("data").asString()).isEqualTo(text);
        assertThat(document.path("eof").asBoolean(true)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"e4b8", "ff", "c080", "eda080", "f8888080", "61e4b8ad62e4b8"})
    void jsonTellsOtherBytesInBase64(String hex) {
        client.session("cat");
        byte[] bytes = HexFormat.of().parseHex(hex);
        client.write(bytes);
        awaitOutput(bytes.length);

        JsonNode document =
                client.get("/pipe/read", "Accept", "application/json").json();

        assertThat(document.path("encoding").asString()).isEqualTo("base64");
        assertThat(Base64.getDecoder().decode(document.path("data").asString())).isEqualTo(bytes);
    }

    // Delimiters

    @ParameterizedTest
    @CsvSource({"lf, a%0Ab%0Ac, 2", "nul, a%0Ab%00c, 4", "END, xxENEND!END, 7", "%0D%0A, a%0D%0D%0Ab, 4", "aab, aaab, 4"
    })
    void untilReturnsUpToAndIncludingTheDelimiter(String until, String encoded, int expected) {
        client.session("cat");
        byte[] bytes = URLDecoder.decode(encoded, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.ISO_8859_1);
        client.write(bytes);

        assertThat(client.get("/pipe/read?until=" + until).body()).isEqualTo(Arrays.copyOf(bytes, expected));
    }

    @Test
    void untilMayBeAnyText() {
        client.session("cat");
        client.write("你好。再见。");

        assertThat(client.get("/pipe/read?until=%E3%80%82").text()).isEqualTo("你好。");
        assertThat(client.get("/pipe/read?until=%E3%80%82").text()).isEqualTo("再见。");
    }

    @Test
    void untilWaitsForADelimiterThatComesInPieces() {
        client.session("cat");
        CompletableFuture<Answer> reader = client.getLater("/pipe/read?until=%3Cend%3E&timeout=60s");

        int written = 0;
        for (String piece : List.of("some <en", "d", " <", "e", "n", "d", ">rest")) {
            assertThat(reader.isDone()).isFalse();
            client.write(piece);
            written += piece.length();
            awaitOutput(written);
        }

        assertThat(reader.join().text()).isEqualTo("some <end <end>");
        assertThat(client.read(4)).asString().isEqualTo("rest");
    }

    @Test
    void untilGivesUpAtMax() {
        client.session("cat");
        client.write("abcdef\n");

        assertThat(client.get("/pipe/read?until=lf&max=3").text()).isEqualTo("abc");
        assertThat(client.get("/pipe/read?until=lf&max=4").text()).isEqualTo("def\n");
    }

    @Test
    void untilGivesUpWhenTheWindowIsFull() {
        client.session("flood");

        assertThat(client.get("/pipe/read?until=never&max=" + WINDOW).body()).hasSize(WINDOW);
    }

    @Test
    void untilGivesUpAtTheEndOfOutput() {
        client.session("hello");

        Answer answer = client.get("/pipe/read?until=lf&timeout=30s");
        assertThat(answer.optionalHeader("Pipe-Matched"))
                .as("it ended otherwise")
                .isEmpty();

        assertThat(answer.text()).isEqualTo("hello");
        assertThat(answer.optionalHeader("Pipe-Eof")).contains("true");
    }

    @Test
    void untilTakesNothingWhenTheTimeIsUp() {
        client.session("cat");
        client.write("no line end");
        awaitOutput(11);

        assertThat(client.get("/pipe/read?until=lf&timeout=200ms").status()).isEqualTo(204);
        assertThat(client.read(11)).asString().isEqualTo("no line end");
    }

    @Test
    void theFirstOfSeveralDelimitersEndsItAndIsNamed() {
        client.session("cat");
        client.write("a\r\nb> c%d");
        awaitOutput(8);
        String until = "/pipe/read?until=%25&until=lf&until=crlf&until=%3E%20";

        Answer line = client.get(until);
        JsonNode prompt = client.get(until, "Accept", "application/json").json();

        assertThat(line.text()).isEqualTo("a\r\n");
        assertThat(line.header("Pipe-Matched")).isEqualTo("crlf");
        assertThat(prompt.path("data").asString()).isEqualTo("b> ");
        assertThat(prompt.path("matched").asString()).isEqualTo("> ");
        assertThat(client.get(until).header("Pipe-Matched")).isEqualTo("%25");
        assertThat(client.get("/pipe/read", "Accept", "application/json").json().has("matched"))
                .isFalse();
    }

    @Test
    void aDelimiterOfAnyLengthIsNamed() {
        client.session("cat");
        String longest = "中".repeat(1024);
        client.write(longest);

        Answer answer = client.get("/pipe/read?until=" + "%E4%B8%AD".repeat(1024));

        assertThat(answer.text()).isEqualTo(longest);
        assertThat(answer.header("Pipe-Matched")).hasSize(2048).startsWith("%E4%B8%AD%E4");
    }

    @Test
    void aSilenceEndsIt() {
        client.session("cat");
        CompletableFuture<Answer> reader = client.getLater("/pipe/read?quiet=1s&timeout=60s");

        client.write("login");
        client.write(": ");

        assertThat(reader.join().text()).isEqualTo("login: ");
    }

    @Test
    void aDelimiterThatIsNotUtf8IsRefused() throws IOException {
        client.session("cat");

        try (RawConnection connection = client.connect()) {
            assertThat(connection.head("GET /pipe/read?until=%FF").answer().status())
                    .isEqualTo(400);
        }
    }

    // Offsets

    @Test
    void anOffsetReturnsTheSameBytesAgainAndAgain() {
        client.session("cat");
        client.write("abcdef");
        awaitOutput(6);

        for (int i = 0; i < 3; i++) {
            Answer answer = client.get("/pipe/read?offset=0&max=3");
            assertThat(answer.text()).isEqualTo("abc");
            assertThat(answer.number("Pipe-Offset")).isZero();
            assertThat(answer.number("Pipe-Next")).isEqualTo(3);
        }
        assertThat(client.status().path("output").path("cursor").asInt(-1)).isZero();
    }

    @Test
    void anOffsetSaysThatWhatIsBeforeItHasArrived() {
        client.session("cat");
        client.write("abcdef");
        awaitOutput(6);

        assertThat(client.get("/pipe/read?offset=4&max=1").text()).isEqualTo("e");

        assertThat(client.status().path("output").path("cursor").asInt()).isEqualTo(4);
        assertThat(client.read(2)).asString().isEqualTo("ef");
    }

    @Test
    void anOffsetBehindTheCursorReadsAgain() {
        client.session("cat");
        client.write("abcdef");
        client.read(6);

        assertThat(client.get("/pipe/read?offset=2").text()).isEqualTo("cdef");
        assertThat(client.status().path("output").path("cursor").asInt()).isEqualTo(2);
    }

    @Test
    void anOffsetAtTheEndWaits() {
        client.session("cat");
        client.write("abc");
        client.read(3);
        assertThat(client.get("/pipe/read?offset=3&timeout=0s").status()).isEqualTo(204);
        CompletableFuture<Answer> reader = client.getLater("/pipe/read?offset=3&timeout=60s");

        client.write("d");

        assertThat(reader.join().text()).isEqualTo("d");
    }

    @Test
    void anOffsetBeyondTheEndIsRefused() {
        client.session("cat");
        client.write("abc");
        awaitOutput(3);

        Answer answer = client.get("/pipe/read?offset=4");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.problem()).isEqualTo("offset-gap");
        assertThat(answer.json().path("offset").asInt()).isEqualTo(3);
        assertThat(client.read(3)).asString().isEqualTo("abc");
    }

    @Test
    void whatIsNoLongerHeldIsGone() {
        client.session("flood");
        client.read(WINDOW);
        awaitOutput(2 * WINDOW);

        Answer answer = client.get("/pipe/read?offset=5");

        assertThat(answer.status()).isEqualTo(410);
        assertThat(answer.problem()).isEqualTo("offset-gone");
        long oldest = answer.json().path("oldest").asLong();
        assertThat(oldest).isEqualTo(WINDOW);
        assertFlood(
                oldest, client.get("/pipe/read?offset=" + oldest + "&max=1000").body());
    }

    @Test
    void acknowledgingMakesRoomForMore() {
        client.session("flood");
        long offset = 0;
        while (offset < 20L * WINDOW) {
            Answer answer = client.get("/pipe/read?offset=" + offset + "&timeout=30s&max=50000");
            assertThat(answer.number("Pipe-Offset")).isEqualTo(offset);
            assertFlood(offset, answer.body());
            offset = answer.number("Pipe-Next");
        }
    }

    @Test
    void theEndByOffset() {
        client.session("hello");
        await().until(() -> client.status().path("output").path("eof").asBoolean());

        assertThat(client.get("/pipe/read?offset=0").header("Pipe-Eof")).isEqualTo("true");
        assertThat(client.get("/pipe/read?offset=5").problem()).isEqualTo("end-of-output");
        assertThat(client.get("/pipe/read?offset=0").text()).isEqualTo("hello");
    }

    // HEAD

    @Test
    void headTakesNothingAndDoesNotWait() {
        String session = client.session("cat").path("id").asString();
        client.write("abcdef");
        awaitOutput(6);
        client.get("/pipe/read?max=1");

        Answer answer = client.method("HEAD", "/pipe/read?max=2&timeout=60s");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.header("Pipe-Session")).isEqualTo(session);
        assertThat(answer.number("Pipe-Offset")).isEqualTo(1);
        assertThat(answer.number("Pipe-Next")).isEqualTo(6);
        assertThat(client.read(5)).asString().isEqualTo("bcdef");
        assertThat(client.method("HEAD", "/pipe/read").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"max=0", "timeout=soon", "until=", "offset=-1", "framing=some", "framing=uint32be&quiet=1s"})
    void headRefusesWhatAReadWouldRefuse(String query) {
        client.session("cat");

        assertThat(client.get("/pipe/read?" + query).status()).isEqualTo(400);
        assertThat(client.method("HEAD", "/pipe/read?" + query).status()).isEqualTo(400);
    }

    // Several readers, and readers that disconnect

    @Test
    void severalReadersGetEachByteOnceInOrder() throws Exception {
        client.session("cat");
        byte[] sent = MisbehavingChild.randomBytes(9, 3_000_000);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            Callable<List<Answer>> reader = () -> {
                List<Answer> answers = new ArrayList<>();
                for (int i = 0; ; i++) {
                    Answer answer = client.get("/pipe/read?timeout=30s&max=" + (1 + i * 7919 % 40_000));
                    if (answer.status() == 410) {
                        return answers;
                    }
                    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
                    answers.add(answer);
                }
            };
            List<Future<List<Answer>>> readers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                readers.add(threads.submit(reader));
            }

            assertThat(client.post("/pipe/write?eof=true", sent).status()).isEqualTo(200);

            List<Answer> parts = new ArrayList<>();
            for (Future<List<Answer>> answers : readers) {
                List<Answer> its = answers.get();
                assertThat(its.stream()
                                .map(answer -> answer.number("Pipe-Offset"))
                                .toList())
                        .isSorted();
                parts.addAll(its);
            }
            assertThat(inOrder(parts)).isEqualTo(sent);
        } finally {
            threads.shutdownNow();
        }
    }

    private static byte[] inOrder(List<Answer> parts) {
        parts.sort(Comparator.comparingLong(part -> part.number("Pipe-Offset")));
        var all = new ByteArrayOutputStream();
        for (Answer part : parts) {
            assertThat(part.number("Pipe-Offset")).isEqualTo(all.size());
            all.writeBytes(part.body());
        }
        return all.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReaderThatWentAwayWhileItWaitedTakesNothing(boolean abruptly) throws IOException {
        for (int i = 0; i < 20; i++) {
            client.session("cat");
            RawConnection gone = client.connect().head("GET /pipe/read?timeout=60s");
            CompletableFuture<Answer> next = client.getLater("/pipe/read?timeout=60s");
            if (abruptly) {
                gone.reset();
            } else {
                gone.close();
            }

            client.write("precious");

            assertThat(next.join().text()).isEqualTo("precious");
        }
    }

    @Test
    void aReaderThatWentAwayDoesNotHoldUpTheNextUntilItsTimeIsUp() throws IOException {
        client.session("cat");
        client.connect().head("GET /pipe/read?timeout=60s").close();
        long start = System.nanoTime();

        await().until(() -> client.get("/pipe/read?timeout=5s").status() == 204);

        client.write("x");
        assertThat(client.read(1)).asString().isEqualTo("x");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void aReaderWithABodyIsStillThere() throws IOException {
        client.session("cat");
        client.write("abc");
        awaitOutput(3);

        try (RawConnection connection = client.connect()) {
            Answer answer = connection
                    .head("GET /pipe/read?max=2", "Content-Length: 1")
                    .send("x")
                    .answer();
            assertThat(answer.text()).as(answer.toString()).isEqualTo("ab");
            assertThat(connection.head("GET /pipe/read").answer().text()).isEqualTo("c");
        }
    }

    @Test
    void pipelinedReadsAreAnsweredOneAfterTheOther() throws IOException {
        client.session("cat");
        client.write("abc");
        awaitOutput(3);

        try (RawConnection connection = client.connect()) {
            String request = "GET /pipe/read?max=1 HTTP/1.1\r\nHost: localhost\r\n\r\n";
            connection.send(request + request + request);
            assertThat(connection.answer().text()).isEqualTo("a");
            assertThat(connection.answer().text()).isEqualTo("b");
            assertThat(connection.answer().text()).isEqualTo("c");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "max=-1",
                "max=0",
                "max=0x10",
                "max=",
                "max=9223372036854775808",
                "max=1.0",
                "max=%2B1",
                "max=1e1",
                "max",
                "max=262145",
                "max=1&max=1",
                "timeout=-1s",
                "timeout=61s",
                "timeout=99999999999999999999s",
                "timeout=",
                "timeout=1",
                "timeout=PT1S",
                "timeout=soon",
                "until=",
                "quiet=",
                "quiet=61s",
                "quiet=soon",
                "offset=-1",
                "offset=9223372036854775807",
                "offset=x",
                "append=lf",
                "maximum=1",
                "max=\u0661"
            })
    void aParameterThatIsNotUnderstoodIsRefusedAndNothingTaken(String query) throws IOException {
        client.session("cat");
        client.write("abc");

        try (RawConnection connection = client.connect()) {
            byte[] head = ("GET /pipe/read?" + query + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8);
            Answer answer = connection.send(head).answer();
            assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
            assertThat(answer.problem()).isIn("invalid-parameter", "bad-request");
        }
        assertThat(client.read(3)).asString().isEqualTo("abc");
    }

    private static void awaitOutput(long end) {
        await().pollInterval(Duration.ofMillis(5))
                .until(() -> client.status().path("output").path("end").asLong() >= end);
    }
}
