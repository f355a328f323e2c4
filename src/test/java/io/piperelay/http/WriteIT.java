package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.child.MisbehavingChild;
import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RawConnection;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /pipe/write}: exactly those bytes, exactly once. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class WriteIT {

    private static final int LIMIT = 1024 * 1024;

    private static RelayService service;
    private static RelayClient client;

    @BeforeAll
    static void start() {
        service = RelayService.start(Settings.ordinary()
                .with("pipe.input.max-request", LIMIT + "B")
                .with("pipe.output.window", "4MB")
                .cat()
                .sleeping("sleeper")
                .misbehaving("count", "count")
                .misbehaving("exiting", "exit", "7"));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "multipart/form-data",
                "application/json",
                "text/plain; charset=UTF-16",
                "application/octet-stream",
                "application/xml",
                "text/event-stream",
                "image/png"
            })
    void everyByteArrivesWhateverTheContentTypeSays(String type) {
        client.session("cat");
        byte[] bytes = everyByteValueAndWhatParsersLove();

        Answer answer = client.post("/pipe/write", bytes, "Content-Type", type);

        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.json().path("written").asInt()).isEqualTo(bytes.length);
        assertThat(client.read(bytes.length)).isEqualTo(bytes);
    }

    @Test
    void everyByteArrivesWithoutAContentType() {
        client.session("cat");
        byte[] bytes = everyByteValueAndWhatParsersLove();

        client.write(bytes);

        assertThat(client.read(bytes.length)).isEqualTo(bytes);
    }

    @Test
    void aContentTypeThatIsNoneIsNoReasonToRefuse() throws IOException {
        client.session("cat");

        try (RawConnection connection = client.connect()) {
            Answer answer = connection
                    .head("POST /pipe/write", "Content-Type: ???", "Content-Length: 5")
                    .send("hello")
                    .answer();
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        }
        assertThat(client.read(5)).asString().isEqualTo("hello");
    }

    private static byte[] everyByteValueAndWhatParsersLove() {
        byte[] text = "a=b&c=%41+%zz&&=\r\n--x\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n1\r\n--x--\r\n"
                .getBytes(StandardCharsets.UTF_8);
        byte[] bytes = Arrays.copyOf(text, text.length + 256);
        IntStream.range(0, 256).forEach(value -> bytes[text.length + value] = (byte) value);
        return bytes;
    }

    @Test
    void theAnswerSaysWhereTheBytesWent() {
        String session = client.session("cat").path("id").asString();

        client.write("hello");
        Answer second = client.write("world!");

        assertThat(second.header("Content-Type")).startsWith("application/json");
        assertThat(second.header("Cache-Control")).isEqualTo("no-store");
        assertThat(second.json().toString())
                .isEqualTo("{\"session\":\"" + session + "\",\"offset\":5,\"written\":6,\"next\":11}");
        assertThat(client.status().path("input").path("offset").asInt()).isEqualTo(11);
    }

    @Test
    void aBodyOfUnknownLengthArrivesWhole() {
        client.session("cat");
        byte[] bytes = MisbehavingChild.randomBytes(1, 700_000);

        Answer answer = client.postChunked("/pipe/write", () -> new ByteArrayInputStream(bytes));

        assertThat(answer.json().path("written").asInt()).as(answer.toString()).isEqualTo(bytes.length);
        assertThat(client.read(bytes.length)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65535, 65536, 65537, 131071, 131072, 131073})
    void sizesAroundTheChunksArriveWholeWithTheirTerminator(int size) {
        client.session("cat");
        byte[] bytes = MisbehavingChild.randomBytes(size, size);

        Answer known = client.post("/pipe/write?append=lf", bytes);
        Answer unknown = client.postChunked("/pipe/write?append=nul", () -> new ByteArrayInputStream(bytes));

        assertThat(known.json().path("written").asInt()).isEqualTo(size + 1);
        assertThat(unknown.json().path("next").asInt()).isEqualTo(2 * size + 2);
        byte[] expected = Arrays.copyOf(bytes, 2 * size + 2);
        expected[size] = '\n';
        System.arraycopy(bytes, 0, expected, size + 1, size);
        assertThat(client.read(expected.length)).isEqualTo(expected);
    }

    @Test
    void anEmptyBodyWritesNothing() {
        client.session("cat");

        Answer answer = client.post("/pipe/write");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("written").asInt(-1)).isZero();
        assertThat(client.get("/pipe/read?timeout=100ms").status()).isEqualTo(204);
    }

    @Test
    void eofEndsTheChildsInputBehindTheBody() {
        client.session("count");

        Answer answer = client.post("/pipe/write?eof=true", "12345");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(client.readToEnd()).asString().isEqualToIgnoringWhitespace("5");
        assertThat(client.status().path("input").path("open").asBoolean(true)).isFalse();
    }

    @Test
    void eofNeedsNoBody() {
        client.session("count");

        assertThat(client.post("/pipe/write?eof=true").status()).isEqualTo(200);

        assertThat(client.readToEnd()).asString().isEqualToIgnoringWhitespace("0");
    }

    @Test
    void nothingCanBeWrittenBehindTheEnd() {
        client.session("sleeper");
        client.post("/pipe/write?eof=true", "x");

        Answer answer = client.post("/pipe/write", "y");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.problem()).isEqualTo("input-closed");
        assertThat(answer.json().path("written").asInt(-1)).isZero();
        assertThat(answer.json().path("next").asInt(-1)).isEqualTo(1);
    }

    @Test
    void aRetryIsNotWrittenAgainAndAnsweredAsTheFirst() {
        client.session("cat");

        Answer first = client.post("/pipe/write?offset=0&append=lf", "hello");
        Answer retry = client.post("/pipe/write?offset=0&append=lf", "hello");
        client.post("/pipe/write?offset=6", "!");

        assertThat(first.status()).isEqualTo(200);
        assertThat(retry.json()).isEqualTo(first.json());
        assertThat(client.read(7)).asString().isEqualTo("hello\n!");
        assertThat(client.get("/pipe/read?timeout=100ms").status()).isEqualTo(204);
    }

    @Test
    void aRetryOfAnOlderWriteIsRecognisedToo() {
        client.session("cat");
        client.write("hello");
        client.write("world");

        Answer retry = client.post("/pipe/write?offset=0", "hello");

        assertThat(retry.json().path("offset").asInt(-1)).isZero();
        assertThat(retry.json().path("next").asInt()).isEqualTo(5);
        assertThat(client.status().path("input").path("offset").asInt()).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource({"0, 200000, 200000", "100000, 250000, 350000", "150000, 60000, 210000", "199999, 2, 200001"})
    void whatOverlapsIsSkipped(int offset, int length, int end) {
        client.session("cat");
        byte[] all = MisbehavingChild.randomBytes(3, 400_000);
        client.write(Arrays.copyOf(all, 200_000));

        Answer answer = client.post("/pipe/write?offset=" + offset, Arrays.copyOfRange(all, offset, offset + length));

        assertThat(answer.json().path("offset").asInt(-1)).isEqualTo(offset);
        assertThat(answer.json().path("written").asInt()).isEqualTo(length);
        assertThat(answer.json().path("next").asInt()).isEqualTo(end);
        assertThat(client.read(end)).isEqualTo(Arrays.copyOf(all, end));
        assertThat(client.status().path("input").path("offset").asInt()).isEqualTo(end);
    }

    @Test
    void aGapIsRefusedWithTheOffset() {
        client.session("cat");
        client.write("hello");

        Answer answer = client.post("/pipe/write?offset=6", "world");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.problem()).isEqualTo("offset-gap");
        assertThat(answer.json().path("offset").asInt()).isEqualTo(5);
        assertThat(client.status().path("input").path("offset").asInt()).isEqualTo(5);
    }

    @Test
    void aRetryOfTheLastWriteIsAnsweredAsTheFirst() {
        client.session("count");
        Answer first = client.post("/pipe/write?offset=0&eof=true", "hello");
        client.awaitExit(Duration.ofSeconds(10));

        Answer retry = client.post("/pipe/write?offset=0&eof=true", "hello");

        assertThat(retry.status()).as(retry.toString()).isEqualTo(200);
        assertThat(retry.json()).isEqualTo(first.json());
    }

    @Test
    void aFullPipeIsAProblemThatSaysWhereToGoOn() {
        client.session("sleeper");
        byte[] bytes = MisbehavingChild.randomBytes(4, 300_000);
        long start = System.nanoTime();

        Answer answer = client.post("/pipe/write?timeout=500ms&offset=0", bytes);

        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(500), Duration.ofMillis(5000));
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.problem()).isEqualTo("pipe-full");
        assertThat(answer.optionalHeader("Retry-After")).isPresent();
        int written = answer.json().path("written").asInt();
        assertThat(written).isBetween(65536, 200_000);
        assertThat(answer.json().path("next").asInt()).isEqualTo(written);
        assertThat(client.status().path("input").path("offset").asInt()).isEqualTo(written);
    }

    @Test
    void aTimeoutOfZeroDoesNotWait() {
        client.session("sleeper");
        client.post("/pipe/write?timeout=300ms", new byte[300_000]);
        long start = System.nanoTime();

        Answer answer = client.post("/pipe/write?timeout=0s", "x");

        assertThat(answer.problem()).isEqualTo("pipe-full");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void aShortWriteIntoAFreePipeSucceedsWithATimeoutOfZero() {
        client.session("cat");
        int succeeded = 0;
        for (int i = 0; i < 200; i++) {
            Answer answer = client.post("/pipe/write?timeout=0s", "x");
            if (answer.status() == 200) {
                succeeded++;
            } else {
                // The slot may still be taken by the previous byte.
                assertThat(answer.problem()).as(answer.toString()).isEqualTo("pipe-full");
            }
        }

        assertThat(succeeded).isGreaterThanOrEqualTo(150);
        assertThat(client.read(succeeded)).asString().isEqualTo("x".repeat(succeeded));
        assertThat(client.get("/pipe/read?timeout=100ms").status()).isEqualTo(204);
    }

    @Test
    void whatIsLargerThanAllowedIsRefusedBeforeAnyOfItIsWritten() {
        client.session("cat");

        Answer answer = client.post("/pipe/write", new byte[LIMIT + 1]);

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.problem()).isEqualTo("request-too-large");
        assertThat(client.status().path("input").path("offset").asInt(-1)).isZero();
    }

    @Test
    void aBodyOfUnknownLengthEndsAtTheLimit() {
        client.session("cat");

        Answer answer = client.postChunked("/pipe/write", () -> new ByteArrayInputStream(new byte[LIMIT + 1]));

        assertThat(answer.status()).as(answer.toString()).isEqualTo(413);
        assertThat(answer.json().path("next").asLong())
                .isEqualTo(client.status().path("input").path("offset").asLong())
                .isLessThanOrEqualTo(LIMIT);
    }

    @Test
    void whatIsJustAllowedIsWritten() {
        client.session("cat");

        assertThat(client.post("/pipe/write", new byte[LIMIT]).status()).isEqualTo(200);
        assertThat(client.post("/pipe/write?append=lf", new byte[LIMIT - 1]).status())
                .isEqualTo(200);
        assertThat(client.status().path("input").path("offset").asLong()).isEqualTo(2 * LIMIT);
    }

    @Test
    void theTerminatorCountsToo() {
        client.session("cat");

        Answer known = client.post("/pipe/write?append=lf", new byte[LIMIT]);
        assertThat(known.status()).as(known.toString()).isEqualTo(413);
        assertThat(client.status().path("input").path("offset").asLong()).isZero();

        Answer unknown = client.postChunked("/pipe/write?append=lf", () -> new ByteArrayInputStream(new byte[LIMIT]));
        assertThat(unknown.status()).as(unknown.toString()).isEqualTo(413);
    }

    @Test
    void aChildThatHasExitedIsToldWithItsCode() {
        client.session("exiting");
        client.awaitExit(Duration.ofSeconds(10));

        Answer answer = client.post("/pipe/write", "x");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.problem()).isEqualTo("child-exited");
        assertThat(answer.json().path("exitCode").asInt()).isEqualTo(7);
        assertThat(answer.json().path("written").asInt(-1)).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "append=cr",
                "append=",
                "append=LF",
                "eof=1",
                "eof=",
                "offset=-1",
                "offset=0x1",
                "offset=",
                "offset=1e3",
                "offset=9223372036854775808",
                "offset=%201",
                "offset=%2B1",
                "offset=1&offset=1",
                "timeout=-1s",
                "timeout=5",
                "timeout=99999999s",
                "timeout=soon",
                "timeout=1d",
                "max=1",
                "bogus=1",
                "%zz=1",
                "append=%"
            })
    void aParameterThatIsNotUnderstoodIsRefusedAndNothingWritten(String query) throws IOException {
        client.session("cat");

        try (RawConnection connection = client.connect()) {
            Answer answer = connection
                    .head("POST /pipe/write?" + query, "Content-Length: 1")
                    .send("x")
                    .answer();
            assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
            assertThat(answer.problem()).isNotEmpty();
        }
        assertThat(client.status().path("input").path("offset").asInt(-1)).isZero();
    }

    @Test
    void curlsContinueIsAnswered() throws IOException {
        client.session("cat");

        try (RawConnection connection = client.connect()) {
            connection.head("POST /pipe/write", "Content-Length: 5", "Expect: 100-continue");
            assertThat(connection.answerHead().status()).isEqualTo(100);
            assertThat(connection.send("hello").answer().status()).isEqualTo(200);
        }
        assertThat(client.read(5)).asString().isEqualTo("hello");
    }
}
