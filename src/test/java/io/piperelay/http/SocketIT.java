package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.Later;
import io.piperelay.child.Children;
import io.piperelay.child.MisbehavingChild;
import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RawConnection;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import io.piperelay.http.support.SocketClient;
import io.piperelay.http.support.SocketClient.Closed;
import io.piperelay.http.support.SocketClient.Message;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import tools.jackson.databind.JsonNode;

/** {@code GET /pipe/socket}: conversations, in bytes, in text and in JSON. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class SocketIT {

    private static final String JSON = "json.pipe-relay";
    private static final int WINDOW = 128 * 1024;

    private static RelayService service;
    private static RelayClient client;

    @BeforeAll
    static void start() {
        service = RelayService.start(Settings.ordinary()
                .with("pipe.output.window", WINDOW + "B")
                .with("pipe.events.heartbeat", "300ms")
                .with("pipe.input.timeout", "2s")
                .with("pipe.limits.body-timeout", "4s")
                .cat()
                .sleeping("silent")
                .steps("both", "alternate", "exit:3")
                .child("leaving", Children.leave())
                .misbehaving("restarting", "answer", "2", "bye")
                .with("pipe.children.restarting.restart", "always")
                .with("pipe.children.restarting.restart-delay", "1ms")
                .child("gbk", Children.cat())
                .with("pipe.children.gbk.charset", "GBK")
                .child("framed", Children.cat())
                .with("pipe.children.framed.framing", "uint16be")
                .misbehaving("lines", "hex", "610d0a620a0a630d640a65")
                .misbehaving("partial", "partial-utf8")
                .misbehaving("flood", "flood"));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static SocketClient open(String query, String... subprotocols) {
        return SocketClient.open(service.port(), query, subprotocols);
    }

    /** The next JSON message of this type; others are skipped. */
    private static JsonNode next(SocketClient socket, String type) {
        while (true) {
            JsonNode message = socket.next().json();
            if (message.path("type").asString().equals(type)) {
                return message;
            }
        }
    }

    private static SocketClient input(SocketClient socket, String data) {
        return socket.text("{\"type\":\"input\",\"data\":\"" + data + "\"}");
    }

    // The original conversation

    @Test
    void theOriginalConversation() throws Exception {
        String session = client.session("bingo").path("id").asString();
        try (SocketClient socket = open("?text=true&session=" + session)) {
            socket.text("Bingo hen shuai\0");
            Message reply = socket.next();
            assertThat(reply.isText()).isTrue();
            assertThat(reply.text()).isEqualTo("Bingo Bingo");
        }
    }

    @Test
    void theOriginalConversationInJson() throws Exception {
        String session = client.session("bingo").path("id").asString();
        try (SocketClient socket = open("?session=" + session, JSON)) {
            assertThat(socket.subprotocol()).isEqualTo(JSON);
            socket.text("{\"type\":\"input\",\"data\":\"Bingo hen shuai\\u0000\",\"offset\":0}");
            JsonNode accepted = next(socket, "accepted");
            assertThat(accepted.toString())
                    .isEqualTo("{\"type\":\"accepted\",\"session\":\"" + session
                            + "\",\"offset\":0,\"written\":16,\"next\":16}");
        }
        try (SocketClient socket = open("?session=" + session, JSON)) {
            JsonNode output = next(socket, "output");
            assertThat(output.path("data").asString()).isEqualTo("Bingo Bingo");
            assertThat(output.path("session").asString()).isEqualTo(session);
            assertThat(output.path("next").asInt()).isEqualTo(11);
        }
    }

    // Plain

    @Test
    void messagesAreInputAsTheyAreAndOutputComesAsBytes() throws Exception {
        client.session("cat");
        byte[] bytes = {0, (byte) 0xFF, 'a', '\r', '\n', (byte) 0xC3};
        try (SocketClient socket = open("")) {
            socket.bytes(bytes).text("\u4e2d").text("");
            byte[] all = socket.next(9);
            assertThat(all).startsWith(bytes).endsWith("\u4e2d".getBytes(StandardCharsets.UTF_8));
            assertThat(client.status().path("output").path("cursor").asInt()).isZero();
            assertThat(socket.subprotocol()).isEmpty();
        }
    }

    @Test
    void aLongMessageReachesTheChildWhole() throws Exception {
        client.session("cat");
        byte[] first = MisbehavingChild.randomBytes(1, 3_000_000);
        byte[] rest = MisbehavingChild.randomBytes(2, 3_000_000);
        try (SocketClient socket = open("?take=true")) {
            CompletableFuture<byte[]> all = Later.get(() -> socket.next(6_000_003));
            socket.bytes(first, false);
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> client.status().path("input").path("offset").asLong() >= 2_900_000);
            CompletableFuture<Answer> other =
                    client.postLater("/pipe/write?timeout=30s", "abc".getBytes(StandardCharsets.UTF_8));
            socket.bytes(rest, true);
            assertThat(other.join().status()).isEqualTo(200);
            byte[] echoed = all.join();
            assertThat(Arrays.copyOf(echoed, 3_000_000)).isEqualTo(first);
            assertThat(Arrays.copyOfRange(echoed, 3_000_000, 6_000_000)).isEqualTo(rest);
            assertThat(new String(echoed, 6_000_000, 3, StandardCharsets.UTF_8)).isEqualTo("abc");
            await().until(() -> client.status().path("output").path("cursor").asLong() == 6_000_003);
        }
    }

    @Test
    void aLineIsAMessage() throws Exception {
        client.session("cat");
        try (SocketClient socket = open("?framing=line&text=true")) {
            socket.text("one").text("two\n").text("\u4e2d\u6587\r\n\nthree");
            assertThat(socket.next().text()).isEqualTo("one");
            assertThat(socket.next().text()).isEqualTo("two");
            assertThat(socket.next().text()).isEqualTo("\u4e2d\u6587");
            assertThat(socket.next().text()).isEmpty();
            assertThat(socket.next().text()).isEqualTo("three");
        }
        assertThat(client.get("/pipe/read").text()).isEqualTo("one\ntwo\n\u4e2d\u6587\r\n\nthree\n");
    }

    @Test
    void theLastLineNeedsNoEnd() throws Exception {
        client.session("lines");
        try (SocketClient socket = open("?framing=line")) {
            assertThat(socket.next().text()).isEqualTo("a");
            assertThat(socket.next().text()).isEqualTo("b");
            assertThat(socket.next().text()).isEmpty();
            assertThat(socket.next().text()).isEqualTo("c\rd");
            client.post("/pipe/write?eof=true");
            assertThat(socket.next().text()).isEqualTo("e");
            assertThat(socket.closed().code()).isEqualTo(1000);
        }
    }

    @Test
    void aFrameIsAMessage() throws Exception {
        client.session("framed");
        byte[] bytes = MisbehavingChild.randomBytes(3, 60_000);
        try (SocketClient socket = open("")) {
            socket.bytes(bytes).text("").text("\u4e2d");
            assertThat(socket.next().bytes()).isEqualTo(bytes);
            assertThat(socket.next().bytes()).isEmpty();
            assertThat(socket.next().text()).isEqualTo("\u4e2d");
            assertThat(client.status().path("input").path("offset").asInt()).isEqualTo(60_000 + 3 + 3 * 2);
            socket.bytes(new byte[70_000]);
            assertThat(socket.closed().code()).isEqualTo(1009);
        }
    }

    @Test
    void textIsConvertedToTheChildsCharset() throws Exception {
        client.session("gbk");
        try (SocketClient socket = open("?text=true")) {
            socket.text("\u4e2d").bytes("\u6587".getBytes(Charset.forName("GBK")));
            String shown = socket.next().text();
            assertThat(shown.length() == 2 ? shown : shown + socket.next().text())
                    .isEqualTo("\u4e2d\u6587");
            assertThat(client.status().path("input").path("offset").asInt()).isEqualTo(4);
            socket.text("\uD83D\uDE00");
            Closed closed = socket.closed();
            assertThat(closed.code()).isEqualTo(1007);
            assertThat(closed.reason()).startsWith("unmappable-input: ");
            assertThat(client.status().path("input").path("offset").asInt()).isEqualTo(4);
        }
    }

    @Test
    void charactersAreKeptWhole() throws Exception {
        client.session("partial");
        try (SocketClient socket = open("?text=true")) {
            await().until(() -> client.status().path("output").path("end").asInt() == 2);
            socket.nextPing();
            assertThat(socket.hasMessage()).isFalse();
            socket.text("x");
            assertThat(socket.next().text()).isEqualTo("\u4e2d");
        }
    }

    @Test
    void anOffsetContinues() throws Exception {
        client.session("cat");
        client.write("abcdef");
        await().until(() -> client.status().path("output").path("end").asInt() == 6);
        try (SocketClient socket = open("?offset=4")) {
            assertThat(socket.next().text()).isEqualTo("ef");
        }
        try (SocketClient socket = open("?offset=2&take=true")) {
            assertThat(socket.next().text()).isEqualTo("cdef");
            await().until(() -> client.status().path("output").path("cursor").asInt() == 6);
        }
    }

    // The end

    @Test
    void theChildsEndClosesIt() throws Exception {
        client.session("leaving");
        try (SocketClient socket = open("?text=true")) {
            assertThat(socket.next().text()).isEqualTo("bye\n");
            assertThat(socket.closed()).isEqualTo(new Closed(1000, ""));
        }
    }

    @Test
    void soDoesTheSessionsEnd() throws Exception {
        client.session("cat");
        try (SocketClient plain = open("");
                SocketClient taking = open("?take=true");
                SocketClient json = open("", JSON)) {
            client.delete("/pipe");
            assertThat(plain.closed().code()).isEqualTo(1000);
            assertThat(taking.closed().code()).isEqualTo(1000);
            assertThat(next(json, "exit").path("signal").isMissingNode()).isFalse();
            assertThat(json.closed().code()).isEqualTo(1000);
        }
    }

    @Test
    void jsonGoesOnWithTheSessionThatFollows() throws Exception {
        String first = client.session("restarting").path("id").asString();
        try (SocketClient any = open("", JSON);
                SocketClient only = open("?session=" + first, JSON);
                SocketClient plain = open("")) {
            plain.text("go");
            assertThat(plain.next().text()).isEqualTo("bye");
            assertThat(plain.closed().code()).isEqualTo(1000);
            JsonNode restarted = next(only, "restarted");
            assertThat(restarted.path("previous").asString()).isEqualTo(first);
            assertThat(only.closed().code()).isEqualTo(4409);
            String second = next(any, "restarted").path("session").asString();
            assertThat(second).isEqualTo(restarted.path("session").asString());
            input(any, "go");
            assertThat(next(any, "accepted").path("session").asString()).isEqualTo(second);
            assertThat(next(any, "output").path("session").asString()).isEqualTo(second);
        }
    }

    @Test
    void inputForASessionThatIsGoneReachesNoOther() throws Exception {
        client.session("restarting");
        String old = client.status().path("id").asString();
        client.session("cat");
        try (SocketClient socket = open("?session=" + old, JSON)) {
            assertThat(next(socket, "exit").path("session").asString()).isEqualTo(old);
        }
        client.session("cat");
        assertThat(client.get("/pipe/read?timeout=0s").status()).isEqualTo(204);
    }

    // JSON

    @Test
    void inputIsTextOrBytesAndExactlyOnce() throws Exception {
        client.session("cat");
        try (SocketClient socket = open("", JSON)) {
            String message = "{\"type\":\"input\",\"base64\":\""
                    + Base64.getEncoder().encodeToString(new byte[] {(byte) 0xFF, 0}) + "\",\"offset\":0}";
            socket.text(message).text(message);
            assertThat(next(socket, "accepted").path("next").asInt()).isEqualTo(2);
            assertThat(next(socket, "accepted").path("next").asInt()).isEqualTo(2);
            socket.text("{\"type\":\"input\",\"data\":\"\u4e2d\",\"offset\":7}");
            JsonNode gap = next(socket, "/problems/offset-gap");
            assertThat(gap.path("offset").asInt()).isEqualTo(2);
            assertThat(gap.path("status").asInt()).isEqualTo(409);
            assertThat(gap.path("instance").asString()).isEqualTo("/pipe/socket");
            socket.text("{\"type\":\"input\",\"data\":\"\u4e2d\",\"offset\":2,\"eof\":true}");
            assertThat(next(socket, "accepted").path("next").asInt()).isEqualTo(5);
            assertThat(next(socket, "exit").path("exitCode").asInt()).isZero();
            assertThat(socket.closed().code()).isEqualTo(1000);
        }
        assertThat(client.get("/pipe/read").body())
                .isEqualTo(new byte[] {(byte) 0xFF, 0, (byte) 0xE4, (byte) 0xB8, (byte) 0xAD});
    }

    @Test
    void whatIsNoSuchMessageIsAnsweredAndTheConnectionGoesOn() throws Exception {
        client.session("cat");
        try (SocketClient socket = open("", JSON)) {
            for (String wrong : new String[] {
                "",
                "nonsense",
                "[]",
                "{}",
                "{\"type\":\"output\"}",
                "{\"type\":\"input\"}",
                "{\"type\":\"input\",\"data\":1}",
                "{\"type\":\"input\",\"data\":\"a\\ud83d\"}",
                "{\"type\":\"input\",\"data\":\"\",\"base64\":\"\"}",
                "{\"type\":\"input\",\"base64\":\"?\"}",
                "{\"type\":\"input\",\"data\":\"\",\"offset\":-1}",
                "{\"type\":\"input\",\"data\":\"\",\"x\":1}",
                "{\"type\":\"received\",\"offset\":0}",
                "{\"type\":\"input\",\"data\":\"\",\"eof\":1}"
            }) {
                socket.text(wrong);
                assertThat(socket.next().json().path("type").asString())
                        .as(wrong)
                        .isEqualTo("/problems/invalid-body");
            }
            input(socket, "a");
            assertThat(next(socket, "accepted").path("next").asInt()).isEqualTo(1);
            socket.bytes(new byte[1]);
            assertThat(socket.closed().code()).isEqualTo(1003);
        }
    }

    @Test
    void bothStreamsAreToldInTheirOrder() throws Exception {
        client.session("both");
        try (SocketClient socket = open("", JSON);
                SocketClient taking = open("?take=true", JSON)) {
            for (int i = 1; i <= 4; i++) {
                input(socket, i + "\\n");
                String stream = i % 2 == 1 ? "output" : "errors";
                assertThat(next(socket, stream).path("data").asString()).contains(String.valueOf(i));
                assertThat(next(taking, stream).path("data").asString()).contains(String.valueOf(i));
            }
        }
        JsonNode output = client.status().path("output");
        assertThat(output.path("cursor")).isEqualTo(output.path("end"));
    }

    @Test
    void whatIsNotConfirmedStaysUnread() throws Exception {
        client.session("cat");
        client.write("abcdef");
        try (SocketClient socket = open("?take=true&offset=0", JSON)) {
            assertThat(next(socket, "output").path("next").asInt()).isEqualTo(6);
            socket.text("{\"type\":\"received\",\"offset\":4}");
            await().until(() -> client.status().path("output").path("cursor").asInt() == 4);
            socket.text("{\"type\":\"received\",\"offset\":7}");
            assertThat(next(socket, "/problems/offset-gap").path("offset").asInt())
                    .isEqualTo(6);
        }
        assertThat(client.get("/pipe/read").text()).isEqualTo("ef");
    }

    // Pace

    @Test
    void silenceIsBrokenByPings() throws Exception {
        client.session("cat");
        try (SocketClient plain = open("");
                SocketClient taking = open("?take=true", JSON)) {
            for (int i = 0; i < 3; i++) {
                plain.nextPing();
                taking.nextPing();
            }
        }
    }

    @Test
    @SuppressWarnings("try") // It is there, and reads nothing.
    void aClientThatDoesNotReadHoldsTheChild() throws Exception {
        client.session("flood");
        try (RawConnection paused = handshake("/pipe/socket?take=true")) {
            long end = awaitStandstill();
            assertThat(client.status().path("output").path("cursor").asLong()).isEqualTo(end - WINDOW);
            client.close(Duration.ZERO);
        }
    }

    private static long awaitStandstill() {
        long[] end = {-1};
        await().pollInterval(Duration.ofMillis(700)).until(() -> {
            long before = end[0];
            end[0] = client.status().path("output").path("end").asLong();
            return before == end[0];
        });
        return end[0];
    }

    @Test
    void aFullPipeIsToldInTime() throws Exception {
        client.session("silent");
        String megabyte = "x".repeat(1_000_000);
        try (SocketClient json = open("", JSON)) {
            json.text("{\"type\":\"input\",\"data\":\"" + megabyte + "\",\"offset\":0}");
            JsonNode full = next(json, "/problems/pipe-full");
            assertThat(full.path("written").asLong())
                    .isPositive()
                    .isEqualTo(full.path("next").asLong());
            assertThat(client.status().path("input").path("offset")).isEqualTo(full.path("next"));
        }
        try (SocketClient plain = open("")) {
            plain.bytes(megabyte.getBytes(StandardCharsets.US_ASCII));
            Closed closed = plain.closed();
            assertThat(closed.code()).isEqualTo(1011);
            assertThat(closed.reason()).startsWith("pipe-full: ");
        }
    }

    @Test
    void theRestOfAMessageHasADeadline() throws Exception {
        client.session("cat");
        try (SocketClient socket = open("")) {
            socket.text("half", false);
            await().until(() -> client.status().path("input").path("offset").asInt() == 4);
            assertThat(socket.closed().code()).isEqualTo(1008);
            client.write("other");
            assertThat(new String(client.read(9), StandardCharsets.UTF_8)).isEqualTo("halfother");
        }
    }

    @Test
    void whoVanishesInTheMiddleOfAMessageHoldsNobodyUp() throws Exception {
        client.session("cat");
        try (SocketClient socket = open("")) {
            socket.text("half", false);
            await().until(() -> client.status().path("input").path("offset").asInt() == 4);
        }
        assertThat(client.post("/pipe/write?timeout=30s", "other").status()).isEqualTo(200);
    }

    // What comes with the handshake, and what breaks the protocol

    private static RawConnection handshake(String target, String... more) throws IOException {
        RawConnection connection = client.connect().head("GET " + target, concat(more));
        Answer answer = connection.answerHead();
        assertThat(answer.status()).isEqualTo(101);
        return connection;
    }

    private static String[] concat(String... more) {
        String[] all = new String[more.length + 4];
        all[0] = "Upgrade: websocket";
        all[1] = "Connection: keep-alive, Upgrade";
        all[2] = "Sec-WebSocket-Version: 13";
        all[3] = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
        System.arraycopy(more, 0, all, 4, more.length);
        return all;
    }

    @Test
    void nothingIsNegotiatedThatCostsMemory() throws Exception {
        client.session("cat");
        try (RawConnection connection =
                client.connect().head("GET /pipe/socket", concat("Sec-WebSocket-Extensions: permessage-deflate"))) {
            Answer answer = connection.answerHead();
            assertThat(answer.status()).isEqualTo(101);
            assertThat(answer.optionalHeader("Sec-WebSocket-Extensions")).isEmpty();
            assertThat(answer.header("Sec-WebSocket-Accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
            assertThat(answer.header("Pipe-Session"))
                    .isEqualTo(client.status().path("id").asString());
        }
    }

    @Test
    void framesMayComeWithTheHandshake() throws Exception {
        client.session("cat");
        byte[] payload = MisbehavingChild.randomBytes(4, 10_000);
        var head = new StringBuilder("GET /pipe/socket HTTP/1.1\r\nHost: localhost\r\n");
        for (String header : concat()) {
            head.append(header).append("\r\n");
        }
        byte[] request = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[request.length + 8 + payload.length];
        System.arraycopy(request, 0, all, 0, request.length);
        all[request.length] = (byte) 0x82;
        all[request.length + 1] = (byte) (0x80 | 126);
        all[request.length + 2] = (byte) (payload.length >> 8);
        all[request.length + 3] = (byte) payload.length;
        System.arraycopy(payload, 0, all, request.length + 8, payload.length); // Masked with zeros.
        try (RawConnection connection = client.connect().send(all)) {
            assertThat(connection.answerHead().status()).isEqualTo(101);
            assertThat(client.read(10_000)).isEqualTo(payload);
        }
    }

    @Test
    void anUnmaskedFrameBreaksTheProtocol() throws Exception {
        client.session("cat");
        try (RawConnection connection = handshake("/pipe/socket")) {
            connection.send(new byte[] {(byte) 0x82, 1, 'x'});
            assertThat(connection.read()).isEqualTo(0x88);
            connection.read();
            assertThat((connection.read() << 8) | connection.read()).isEqualTo(1002);
            assertThat(client.status().path("input").path("offset").asInt()).isZero();
        }
    }

    // Refusals

    @Test
    void whatCannotBecomeASocketIsRefusedByHttp() throws Exception {
        client.session("cat");
        assertThat(refusal("/pipe/socket?nonsense=1", concat())).isEqualTo("invalid-parameter");
        assertThat(refusal("/pipe/socket?framing=paragraph", concat())).isEqualTo("invalid-parameter");
        assertThat(refusal("/pipe/socket?text=true", concat("Sec-WebSocket-Protocol: json.pipe-relay")))
                .isEqualTo("invalid-parameter");
        assertThat(refusal("/pipe/socket?session=" + "0".repeat(36), concat())).isEqualTo("session-changed");
        assertThat(refusal("/pipe/socket?offset=99", concat())).isEqualTo("offset-gap");
        assertThat(refusal("/pipe/socket", concat("Origin: http://elsewhere.example")))
                .isEqualTo("forbidden");
        assertThat(refusal("/pipe/socket", concat("Content-Length: 1"))).isEqualTo("bad-request");
        assertThat(client.get("/pipe/socket").problem()).isEqualTo("upgrade-required");
        assertThat(client.get("/pipe/socket").header("Upgrade")).isEqualTo("websocket");
        client.delete("/pipe");
        assertThat(refusal("/pipe/socket", concat())).isEqualTo("no-session");
    }

    @Test
    void aHandshakeThatIsWrongIsRefusedByHttp() throws Exception {
        client.session("cat");
        String[] version = concat();
        version[2] = "Sec-WebSocket-Version: 8";
        try (RawConnection connection = client.connect().head("GET /pipe/socket", version)) {
            Answer answer = connection.answer();
            assertThat(answer.problem()).isEqualTo("upgrade-required");
            assertThat(answer.status()).isEqualTo(426);
            assertThat(answer.header("Sec-WebSocket-Version")).isEqualTo("13");
        }
        String[] key = concat();
        key[3] = "Sec-WebSocket-Key: short";
        assertThat(refusal("/pipe/socket", key)).isEqualTo("bad-request");
    }

    private static String refusal(String target, String... headers) throws IOException {
        try (RawConnection connection = client.connect().head("GET " + target, headers)) {
            return connection.answer().problem();
        }
    }
}
