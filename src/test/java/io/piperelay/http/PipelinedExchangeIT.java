package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import io.piperelay.http.support.Soak;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** {@code POST /pipe/exchange} with a child that answers each message with exactly one reply, in order. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class PipelinedExchangeIT {

    private static final int CLIENTS = 16;

    private static RelayService service;
    private static RelayClient client;

    private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);

    @BeforeAll
    static void start() {
        service = RelayService.start(Settings.ordinary()
                .cat()
                .with("pipe.children.cat.pipelining", "true")
                .with("pipe.children.agent.command[0]", "{agent}")
                .with("pipe.children.agent.pipelining", "true")
                .steps("late", "pause:1000", "echo")
                .with("pipe.children.late.pipelining", "true")
                .steps("exiting", "read-line", "read-line", "read-line", "say:one", "exit:7")
                .with("pipe.children.exiting.pipelining", "true"));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @AfterEach
    void end() {
        clients.shutdownNow();
    }

    private static CompletableFuture<Answer> later(String query, String message) {
        return client.postLater("/pipe/exchange" + query, message.getBytes(StandardCharsets.UTF_8));
    }

    private static void awaitInput(long offset) {
        await().until(() -> client.status().path("input").path("offset").asLong() == offset);
    }

    private void everyClientGetsItsOwn(int times) throws Exception {
        List<Future<?>> conversations = new ArrayList<>();
        for (int number = 0; number < CLIENTS; number++) {
            String name = "client " + number + ", message ";
            conversations.add(clients.submit(() -> {
                for (int i = 0; i < times; i++) {
                    assertThat(client.post("/pipe/exchange?timeout=60s", name + i)
                                    .text())
                            .isEqualTo(name + i + "\n");
                }
            }));
        }
        for (Future<?> conversation : conversations) {
            conversation.get();
        }
    }

    @Test
    void noSilenceEndsAReplyThatOthersFollow() {
        client.session("cat");

        Answer refused = client.post("/pipe/exchange?quiet=200ms", "one");

        assertThat(refused.problem()).isEqualTo("invalid-parameter");
        assertThat(refused.json().path("parameter").asString()).isEqualTo("quiet");
        assertThat(client.post("/pipe/exchange?until=crlf&until=lf", "two").text())
                .isEqualTo("two\n");
    }

    @Test
    void everyClientGetsTheReplyThatIsItsOwn() throws Exception {
        client.session("cat");

        everyClientGetsItsOwn(Soak.count(200, 5000));

        assertThat(client.status().path("output").path("cursor").asLong())
                .isEqualTo(client.status().path("input").path("offset").asLong());
    }

    @Test
    void soItIsOnASharedPipe() throws Exception {
        client.sharedSession("agent");

        everyClientGetsItsOwn(Soak.count(10, 100));
    }

    @Test
    void messagesAreWrittenBeforeTheRepliesToOthersAreThere() throws Exception {
        client.session("late");
        CompletableFuture<Answer> first = later("?timeout=30s", "first");

        awaitInput(6);
        CompletableFuture<Answer> second = later("?timeout=30s", "second");
        awaitInput(13);

        assertThat(first.get().text()).isEqualTo("first\n");
        assertThat(second.get().text()).isEqualTo("second\n");
        assertThat(second.get().number("Pipe-Input-Offset")).isEqualTo(6);
        assertThat(second.get().number("Pipe-Offset")).isEqualTo(6);
    }

    @Test
    void aLateReplyGoesToNobodyElseAndCanStillBeHad() throws Exception {
        client.session("late");
        Answer impatient = client.post("/pipe/exchange?offset=0&timeout=50ms", "first");
        assertThat(impatient.problem()).isEqualTo("reply-timeout");
        assertThat(impatient.json().path("written").asInt()).isEqualTo(6);

        Answer second = client.post("/pipe/exchange?timeout=30s", "second");

        assertThat(second.text()).isEqualTo("second\n");
        assertThat(client.post("/pipe/exchange?offset=0", "first").text()).isEqualTo("first\n");
    }

    @Test
    void aChildThatExitsAnswersAll() throws Exception {
        client.session("exiting");
        CompletableFuture<Answer> first = later("?timeout=30s", "1");
        awaitInput(2);
        CompletableFuture<Answer> second = later("?timeout=30s", "2");
        awaitInput(4);
        CompletableFuture<Answer> third = later("?timeout=30s", "3");

        assertThat(first.get().text()).isEqualTo("one\n");
        for (CompletableFuture<Answer> unanswered : List.of(second, third)) {
            assertThat(unanswered.get().problem()).isEqualTo("end-of-output");
            assertThat(unanswered.get().json().path("exitCode").asInt()).isEqualTo(7);
        }
    }

    @Test
    void otherDelimitersAndLongRepliesKeepTheOrder() {
        client.session("cat");

        assertThat(client.post("/pipe/exchange?append=nul&until=nul", "a\nb").text())
                .isEqualTo("a\nb\0");
        assertThat(client.post("/pipe/exchange?max=3", "abcdef").text()).isEqualTo("abc");
        assertThat(client.post("/pipe/exchange", "next").text()).isEqualTo("next\n");
    }

    @Test
    void readsTakeTheirTurnBesideIt() {
        client.session("cat");
        assertThat(client.post("/pipe/exchange", "one").text()).isEqualTo("one\n");
        client.write("two\n");
        assertThat(client.read(4)).asString().isEqualTo("two\n");

        assertThat(client.post("/pipe/exchange", "three").text()).isEqualTo("three\n");
    }
}
