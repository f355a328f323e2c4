package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.piperelay.child.MisbehavingChild;
import io.piperelay.http.support.Answer;
import io.piperelay.http.support.EventSource;
import io.piperelay.http.support.EventSource.Event;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code session=}: requests that mean one session reach no other, and the one that ended last can still be read. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class MeantSessionIT {

    private static final int WINDOW = 128 * 1024;
    private static final String NOBODY = "00000000-0000-0000-0000-000000000000";

    private static RelayService service;
    private static RelayClient client;

    @BeforeAll
    static void start() {
        service = RelayService.start(Settings.ordinary()
                .with("pipe.output.window", WINDOW + "B")
                .cat()
                .steps("crashing", "say:words", "complain:more words", "exit:3")
                .misbehaving("flood", "flood")
                .misbehaving("silent", "silent"));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static String session(String child) {
        return client.session(child).path("id").asString();
    }

    private static String replacedBy(String child) {
        Answer created = client.postJson("/pipe?replace=true", "{\"child\":\"" + child + "\"}");
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        return created.json().path("id").asString();
    }

    private static void awaitOutput(long end) {
        await().until(() -> client.status().path("output").path("end").asLong() == end);
    }

    /** The client repeats the very same request until it is answered; in the meantime the session has been replaced. */
    @Test
    void aRepeatedWriteNeverReachesSomebodyElsesChild() {
        String mine = session("cat");
        assertThat(client.post("/pipe/write?offset=0&session=" + mine, "mine!").status())
                .isEqualTo(200);
        String theirs = replacedBy("cat");
        client.write("their own");

        for (String route : List.of("write", "exchange")) {
            for (int offset : List.of(0, 5, 9)) {
                Answer repeated = client.post("/pipe/" + route + "?offset=" + offset + "&session=" + mine, "mine!");
                assertThat(repeated.status()).as(repeated.toString()).isEqualTo(409);
                assertThat(repeated.problem()).isEqualTo("session-changed");
                assertThat(repeated.json().path("session").asString()).isEqualTo(theirs);
            }
        }

        assertThat(client.status().path("input").path("offset").asInt()).isEqualTo(9);
        assertThat(client.get("/pipe?session=" + mine)
                        .json()
                        .path("input")
                        .path("offset")
                        .asInt())
                .as("what became of the message can be seen")
                .isEqualTo(5);
    }

    @Test
    void aRepeatedReadMovesNobodyElsesCursor() {
        String mine = session("cat");
        client.write("0123456789");
        awaitOutput(10);
        replacedBy("cat");
        client.write("abcdefghij");
        awaitOutput(10);

        Answer repeated = client.get("/pipe/read?offset=4&session=" + mine);

        assertThat(repeated.text()).isEqualTo("456789");
        assertThat(repeated.header("Pipe-Session")).isEqualTo(mine);
        assertThat(client.status().path("output").path("cursor").asInt(-1)).isZero();
    }

    @Test
    void everyRouteLeavesAnotherSessionAlone() {
        String current = session("cat");
        client.write("untouched");
        awaitOutput(9);

        for (String request : List.of(
                "POST /pipe",
                "POST /pipe?replace=true",
                "GET /pipe",
                "DELETE /pipe?grace=0s",
                "POST /pipe/signal?name=kill",
                "POST /pipe/write?eof=true",
                "GET /pipe/read",
                "POST /pipe/exchange",
                "GET /pipe/stream",
                "GET /pipe/events",
                "GET /pipe/errors")) {
            String[] words = request.split(" ", -1);
            String target = words[1] + (words[1].contains("?") ? "&" : "?") + "session=" + NOBODY;
            Answer answer = client.method(words[0], target);
            assertThat(answer.status()).as(request + answer).isEqualTo(409);
            assertThat(answer.problem()).as(request).isEqualTo("session-changed");
            assertThat(answer.json().path("session").asString()).isEqualTo(current);
        }
        for (String path : List.of("read", "stream", "events")) {
            assertThat(client.method("HEAD", "/pipe/" + path + "?session=" + NOBODY)
                            .status())
                    .isEqualTo(409);
            assertThat(client.method("HEAD", "/pipe/" + path + "?session=" + current)
                            .status())
                    .isEqualTo(200);
        }
        assertThat(client.status().path("output").path("cursor").asInt(-1)).isZero();
        assertThat(client.get("/pipe/read?session=" + current).text()).isEqualTo("untouched");
        assertThat(client.post("/pipe/exchange?session=" + current, "x").text()).isEqualTo("x\n");
        assertThat(client.delete("/pipe?session=" + current).status()).isEqualTo(200);
    }

    @Test
    void whereThereIsNoSessionAnyMoreNullIsCurrent() {
        String ended = session("cat");
        client.delete("/pipe");

        for (String id : List.of(ended, NOBODY)) {
            Answer answer = client.post("/pipe/write?session=" + id, "x");
            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.problem()).isEqualTo("session-changed");
            assertThat(answer.json().has("session")
                            && answer.json().path("session").isNull())
                    .isTrue();
        }
        assertThat(client.delete("/pipe?session=" + ended).problem()).isEqualTo("session-changed");
        assertThat(client.get("/pipe").problem()).isEqualTo("no-session");
    }

    @Test
    void aRepeatedReplaceEndsNobodyElsesSession() {
        String mine = session("cat");
        String next = client.postJson("/pipe?replace=true&session=" + mine, "{\"child\":\"cat\"}")
                .json()
                .path("id")
                .asString();

        Answer repeated = client.postJson("/pipe?replace=true&session=" + mine, "{\"child\":\"cat\"}");

        assertThat(repeated.problem()).isEqualTo("session-changed");
        assertThat(client.status().path("id").asString()).isEqualTo(next);
    }

    @ParameterizedTest
    @ValueSource(strings = {"crash", "replace", "delete"})
    void theLastWordsCanBeReadUntilTheNextSessionEnds(String end) throws IOException {
        String ended = session(end.equals("crash") ? "crashing" : "cat");
        if (end.equals("crash")) {
            client.awaitExit(Duration.ofSeconds(10));
        } else {
            client.write("words\n");
            awaitOutput(6);
        }
        if (end.equals("delete")) {
            client.delete("/pipe");
            session("cat");
        } else {
            replacedBy("cat");
        }
        client.write("of the next");

        String named = "session=" + ended;
        assertThat(client.get("/pipe?" + named).json().path("state").asString()).isEqualTo("closed");
        try (EventSource events = client.events("?" + named)) {
            List<Event> told = events.rest();
            assertThat(told)
                    .filteredOn(event -> event.name().equals("output"))
                    .extracting(Event::text)
                    .containsExactly("words\n");
            assertThat(told).last().extracting(Event::name).isEqualTo("exit");
        }
        if (end.equals("crash")) {
            assertThat(client.get("/pipe/errors?" + named).text()).isEqualTo("more words\n");
        }
        assertThat(client.get("/pipe/read?max=2&" + named).text()).isEqualTo("wo");
        await().until(() -> client.get("/pipe?" + named)
                        .json()
                        .path("output")
                        .path("cursor")
                        .asInt()
                == 2);
        assertThat(client.get("/pipe/stream?" + named).text()).isEqualTo("rds\n");
        Answer after = client.get("/pipe/read?" + named);
        assertThat(after.problem()).isEqualTo("end-of-output");
        assertThat(after.header("Pipe-Session")).isEqualTo(ended);
        assertThat(client.get("/pipe/read?offset=1&" + named).text()).isEqualTo("ords\n");
        assertThat(client.get("/pipe/read").text()).isEqualTo("of the next");

        client.delete("/pipe");

        assertThat(client.get("/pipe/read?offset=1&" + named).problem()).isEqualTo("session-changed");
        assertThat(client.get("/pipe?" + named).problem()).isEqualTo("session-changed");
    }

    @Test
    void whoWaitsWhileTheSessionIsClosedIsAnsweredAtOnce() {
        session("silent");
        List<CompletableFuture<Answer>> readers = List.of(
                client.getLater("/pipe/read?timeout=60s"),
                client.getLater("/pipe/read?timeout=60s"),
                client.getLater("/pipe/read?timeout=60s&offset=0"),
                client.postLater("/pipe/exchange?timeout=60s", new byte[1]));
        await().during(Duration.ofMillis(200)).until(() -> readers.stream().noneMatch(CompletableFuture::isDone));

        client.delete("/pipe?grace=0s");

        assertThat(readers).allSatisfy(reader -> {
            Answer answer = reader.orTimeout(10, TimeUnit.SECONDS).join();
            assertThat(answer.status() + " " + answer.problem())
                    .isIn("410 session-closed", "410 end-of-output", "409 child-exited");
        });
    }

    /** What did not fit into the window is lost with the pipe, and must not look like an end. */
    @Test
    void anOutputThatWasCutOffGivesWhatIsHeldAndThenSaysSo() {
        String ended = session("flood");
        awaitOutput(WINDOW);
        client.delete("/pipe?grace=0s");

        Answer answer = client.get("/pipe/read?max=" + WINDOW + "&session=" + ended);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(MisbehavingChild.floodBytes(0, WINDOW));
        await().until(() -> client.get("/pipe/read?session=" + ended).problem().equals("session-closed"));
        assertThat(client.get("/pipe/stream?session=" + ended).problem()).isEqualTo("session-closed");
    }

    @Test
    void whoStillStreamsASessionThatIsForgottenIsBrokenOff() throws IOException {
        session("flood");
        try (InputStream stuck = client.open("/pipe/stream").body()) {
            await().until(() -> {
                var output = client.status().path("output");
                return output.path("end").asLong() == output.path("cursor").asLong() + WINDOW;
            });
            replacedBy("cat");
            replacedBy("cat");

            assertThatExceptionOfType(IOException.class).isThrownBy(stuck::readAllBytes);
        }
    }

    @Test
    void everyAnswerNamesItsSession() {
        String id = session("cat");
        for (Answer answer : List.of(
                client.get("/pipe"),
                client.post("/pipe/write", "x"),
                client.get("/pipe/read?timeout=5s"),
                client.get("/pipe/read?timeout=0s"),
                client.get("/pipe/errors"),
                client.post("/pipe/exchange", "x"),
                client.post("/pipe/exchange?until=nul&timeout=10ms", "x"),
                client.get("/pipe/read?offset=99"),
                client.delete("/pipe"))) {
            assertThat(answer.header("Pipe-Session")).as(answer.toString()).isEqualTo(id);
        }
    }

    @Test
    void anIdThatIsTooLongForOneIsRefused() {
        session("cat");

        assertThat(client.get("/pipe?session=" + NOBODY + "0").problem()).isEqualTo("invalid-parameter");
        assertThat(client.get("/pipe?session=").problem()).isEqualTo("invalid-parameter");
    }
}
