package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.child.Children;
import io.piperelay.child.MisbehavingChild;
import io.piperelay.http.support.Answer;
import io.piperelay.http.support.EventSource;
import io.piperelay.http.support.EventSource.Event;
import io.piperelay.http.support.RawConnection;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
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

/** {@code GET /pipe/events}: everything that the child writes, for observers who take nothing. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class EventsIT {

    private static final int WINDOW = 128 * 1024;
    private static final String DRIPPED = "\u4e2d\uD83D\uDE00\u00e9".repeat(20);

    private static RelayService service;
    private static RelayClient client;

    @BeforeAll
    static void start() {
        service = RelayService.start(Settings.ordinary()
                .with("pipe.output.window", WINDOW + "B")
                .with("pipe.events.heartbeat", "300ms")
                .cat()
                // Writes to stdout and stderr in turn, a line for each line that it reads.
                .steps("both", "alternate", "exit:3")
                .child("leaving", Children.leave())
                .child("killed", "/bin/sh", "-c", "echo last; kill -KILL $$")
                .misbehaving("html", "hex", "3c7363726970743e0d0a0d0a646174613a20780aff00")
                .misbehaving("drip", "drip", "3", HexFormat.of().formatHex(DRIPPED.getBytes(StandardCharsets.UTF_8)))
                .misbehaving("random", "random", "7", "3000000")
                .misbehaving("flood", "flood"));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static String shown(Event event) {
        return event.name() + " " + place(event) + " " + event.text().strip();
    }

    /** The part of an id after its session's. */
    private static String place(Event event) {
        String session = event.data().path("session").asString();
        assertThat(event.id()).startsWith(session + ":");
        return event.id().substring(session.length() + 1);
    }

    /** Makes the child write this, and waits until it has. */
    private static void output(String line) {
        long before = client.status().path("output").path("end").asLong();
        client.write(line + "\n");
        await().pollInterval(Duration.ofMillis(5))
                .until(() -> client.status().path("output").path("end").asLong() > before);
    }

    private static void errors(String line) {
        long before = client.status().path("errors").path("end").asLong();
        client.write(line + "\n");
        await().pollInterval(Duration.ofMillis(5))
                .until(() -> client.status().path("errors").path("end").asLong() > before);
    }

    @Test
    void tellsWhatTheChildWritesAsItComes() throws IOException {
        String session = client.session("both").path("id").asString();
        try (EventSource events = client.events("")) {
            assertThat(events.header("Content-Type")).startsWith("text/event-stream");
            assertThat(events.header("Cache-Control")).isEqualTo("no-store");
            assertThat(events.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(events.header("Pipe-Session")).isEqualTo(session);
            output("1");
            errors("2");
            output("3");
            assertThat(shown(events.next())).isEqualTo("output o3 o1");
            Event errors = events.next();
            assertThat(shown(errors)).isEqualTo("errors e3 e2");
            assertThat(errors.data().path("session").asString()).isEqualTo(session);
            assertThat(errors.data().path("offset").asInt()).isZero();
            assertThat(errors.data().path("next").asInt()).isEqualTo(3);
            assertThat(errors.data().path("encoding").asString()).isEqualTo("utf-8");
            assertThat(shown(events.next())).isEqualTo("output o6 o3");
        }
    }

    @Test
    void charactersThatComeByteByByteAreToldAsText() throws IOException {
        client.session("drip");
        try (EventSource events = client.events("")) {
            List<Event> told = events.rest();
            told.remove(told.size() - 1); // The exit.

            var all = new ByteArrayOutputStream();
            told.forEach(event -> all.writeBytes(event.bytes()));
            assertThat(all.toString(StandardCharsets.UTF_8)).isEqualTo(DRIPPED);
            // If the machine stalls for longer than a character is held back, one may be split.
            assertThat(told)
                    .filteredOn(
                            event -> event.data().path("encoding").asString().equals("base64"))
                    .hasSizeLessThan(10);
        }
    }

    @Test
    void observersTakeNothingFromReaders() throws IOException {
        client.session("cat");
        try (EventSource one = client.events("");
                EventSource another = client.events("")) {
            client.write("abc");
            assertThat(one.next().text()).isEqualTo("abc");
            assertThat(another.next().text()).isEqualTo("abc");
            assertThat(client.status().path("output").path("cursor").asInt()).isZero();
            assertThat(client.get("/pipe/read").text()).isEqualTo("abc");
            assertThat(client.post("/pipe/exchange", "d").text()).isEqualTo("d\n");
            assertThat(one.next().text()).isEqualTo("d\n");
        }
    }

    @Test
    void theExitComesLastAndEndsTheStream() throws IOException {
        client.session("both");
        String session = client.status().path("id").asString();
        output("1");
        client.post("/pipe/write?eof=true");
        await().until(() -> client.status().path("output").path("eof").asBoolean());

        try (EventSource events = client.events("")) {
            List<Event> all = events.rest();
            assertThat(all).extracting(Event::name).containsExactly("output", "exit");
            assertThat(all.get(0).data().path("eof").asBoolean()).isEqualTo(true);
            Event exit = all.get(1);
            assertThat(exit.id()).isEqualTo(session + ":exit");
            assertThat(exit.data().path("exitCode").asInt()).isEqualTo(3);
            assertThat(exit.data().path("signal").isNull()).isTrue();
            assertThat(exit.data().path("exitedAt").asString()).startsWith("20");
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no signals")
    void aSignalIsToldToo() throws IOException {
        client.session("killed");
        try (EventSource events = client.events("")) {
            assertThat(events.next().text()).isEqualTo("last\n");
            assertThat(events.next().data().path("signal").asString()).isEqualTo("SIGKILL");
            assertThat(events.rest()).isEmpty();
        }
    }

    @Test
    void aCloseIsTheEndForObserversToo() throws IOException {
        client.session("cat");
        try (EventSource events = client.events("")) {
            client.write("abc");
            assertThat(events.next().text()).isEqualTo("abc");
            client.delete("/pipe");
            assertThat(events.next().name()).isEqualTo("exit");
            assertThat(events.rest()).isEmpty();
        }
    }

    /** A browser reconnects whenever a stream ends; 204 is what stops it. */
    @Test
    void whoHasSeenTheExitIsToldToStopAsking() throws IOException {
        String exit = client.session("leaving").path("id").asString() + ":exit";
        try (EventSource events = client.events("")) {
            assertThat(events.rest()).last().extracting(Event::id).isEqualTo(exit);
        }

        assertThat(client.get("/pipe/events", "Last-Event-ID", exit).status()).isEqualTo(204);
    }

    @Test
    void whoHasSeenAnEarlierSessionSeesAllOfTheNextBehindAGap() throws IOException {
        String before = client.session("leaving").path("id").asString();
        client.awaitExit(Duration.ofSeconds(10));
        String session = client.session("leaving").path("id").asString();
        client.awaitExit(Duration.ofSeconds(10));

        for (String event : List.of("exit", "o1", "o5", "o1000", "e1000")) {
            try (EventSource events = client.events("", "Last-Event-ID", before + ":" + event)) {
                Event gap = events.next();
                assertThat(gap.name()).as(event).isEqualTo("gap");
                assertThat(gap.id()).isEqualTo(session + ":o0");
                assertThat(gap.data().path("session").asString()).isEqualTo(session);
                assertThat(events.next().text()).as(event).isEqualTo("bye\n");
            }
        }
        try (EventSource events = client.events("", "Last-Event-ID", session + ":o0")) {
            assertThat(events.next().text()).as("behind the gap").isEqualTo("bye\n");
        }
    }

    @Test
    void whoHasSeenAnotherSessionIsToldTheEndedOneFromItsBeginningToo() throws IOException {
        String ended = client.session("leaving").path("id").asString();
        client.awaitExit(Duration.ofSeconds(10));
        String session = client.session("leaving").path("id").asString();

        try (EventSource events = client.events("?session=" + ended, "Last-Event-ID", session + ":o3")) {
            Event gap = events.next();
            assertThat(gap.name()).isEqualTo("gap");
            assertThat(gap.id()).isEqualTo(ended + ":o0");
            assertThat(events.next().text()).isEqualTo("bye\n");
            assertThat(events.rest()).extracting(Event::id).containsExactly(ended + ":exit");
        }
        assertThat(client.get("/pipe/events?session=" + ended, "Last-Event-ID", ended + ":exit")
                        .status())
                .isEqualTo(204);
    }

    @Test
    void resumesBehindAnyEvent() throws IOException {
        String session = client.session("both").path("id").asString();
        output("1");
        errors("2");
        output("3");
        errors("4");
        output("5");
        List<String> all = List.of("output o3 o1", "errors e3 e2", "output o6 o3", "errors e6 e4", "output o9 o5");
        List<String> ids = List.of("o0", "o3", "e3", "o6", "e6", "o9");
        client.post("/pipe/write?eof=true");
        client.awaitExit(Duration.ofSeconds(10));

        for (int i = 0; i < ids.size(); i++) {
            try (EventSource events = client.events("?offset=2", "Last-Event-ID", session + ":" + ids.get(i))) {
                List<String> rest = new ArrayList<>();
                for (Event event : events.rest()) {
                    if (!event.name().equals("exit")) {
                        rest.add(shown(event));
                    }
                }
                assertThat(rest).as("behind " + ids.get(i)).isEqualTo(all.subList(i, all.size()));
            }
        }
        try (EventSource events = client.events("?offset=2")) {
            assertThat(events.next().text()).isEqualTo("\n");
            assertThat(events.next().name()).isEqualTo("errors");
        }
    }

    @Test
    void everyByteOfALongOutputIsTold() throws IOException {
        client.session("random");
        var told = new ByteArrayOutputStream();
        try (EventSource events = client.events("")) {
            Event event = events.next();
            while (event.name().equals("output")) {
                assertThat(event.data().path("offset").asLong()).isEqualTo(told.size());
                told.writeBytes(event.bytes());
                assertThat(place(event)).isEqualTo("o" + told.size());
                // Bytes that were sent are acknowledged, so that no observer falls behind here.
                assertThat(client.get("/pipe/read?timeout=0s&offset=" + told.size())
                                .status())
                        .isIn(200, 204, 410);
                event = events.next();
            }
            assertThat(event.name()).isEqualTo("exit");
        }
        assertThat(told.toByteArray()).isEqualTo(MisbehavingChild.randomBytes(7, 3_000_000));
    }

    @Test
    void whoFallsBehindIsToldWhatIsMissing() throws IOException {
        client.session("flood");
        try (EventSource events = client.events("?offset=0")) {
            assertThat(events.next().name()).isEqualTo("output");
            // More than the network between them can hold.
            client.read(500 * WINDOW);
            long next = -1;
            long gaps = 0;
            while (gaps == 0) {
                Event event = events.next();
                long offset = event.data().path("offset").asLong();
                assertThat(next < 0 || offset == next).isTrue();
                next = event.data().path("next").asLong();
                assertThat(place(event)).isEqualTo("o" + next);
                if (event.name().equals("gap")) {
                    assertThat(event.data().path("stream").asString()).isEqualTo("output");
                    gaps++;
                } else {
                    assertThat(event.bytes()).isEqualTo(MisbehavingChild.floodBytes(offset, (int) (next - offset)));
                }
            }
            assertThat(gaps).isPositive();
        }
    }

    @Test
    void aBeginningThatIsNoLongerHeldIsAGap() throws IOException {
        client.session("flood");
        client.read(3L * WINDOW);
        await().until(() -> client.status().path("output").path("end").asLong() == 4L * WINDOW);
        long oldest = client.status().path("output").path("oldest").asLong();

        try (EventSource events = client.events("?offset=1")) {
            Event gap = events.next();
            assertThat(gap.name()).isEqualTo("gap");
            assertThat(gap.data().path("offset").asInt()).isEqualTo(1);
            assertThat(gap.data().path("next").asLong()).isGreaterThanOrEqualTo(oldest);
            assertThat(events.next().data().path("offset")).isEqualTo(gap.data().path("next"));
        }
        try (EventSource events = client.events("")) {
            assertThat(events.next().name()).as("from the oldest on").isEqualTo("output");
        }
    }

    @Test
    void aSilentStreamHasAHeartbeat() throws IOException {
        client.session("cat");
        try (EventSource events = client.events("")) {
            await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
            client.write("x");
            assertThat(events.next().text()).isEqualTo("x");
            assertThat(events.comments()).hasSizeBetween(2, 20).containsOnly("heartbeat");
        }
    }

    @Test
    void nothingThatAChildWritesLooksLikeAnEvent() throws IOException {
        client.session("html");
        try (EventSource events = client.events("")) {
            Event event = events.next();
            assertThat(event.name()).isEqualTo("output");
            assertThat(event.bytes()).asHexString().isEqualTo("3C7363726970743E0D0A0D0A646174613A20780AFF00");
            client.write("\n\nevent: exit\ndata: {}\r\n\r\n");
            assertThat(events.next().text()).isEqualTo("\n\nevent: exit\ndata: {}\r\n\r\n");
        }
    }

    @Test
    void anObserverThatDoesNotReadHoldsNobodyUp() throws IOException {
        client.session("flood");
        try (RawConnection stuck = client.connect().head("GET /pipe/events")) {
            assertThat(stuck.answerHead().status()).isEqualTo(200);

            assertThat(client.read(100L * WINDOW)).hasSize(100 * WINDOW);

            long start = System.nanoTime();
            assertThat(client.delete("/pipe?grace=0s").status()).isEqualTo(200);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
        }
    }

    @Test
    void aTextIsToldAsText() throws IOException {
        client.session("cat");
        byte[] text = "\u4e2d\u6587\u7ba1\u9053".repeat(100_000).getBytes(StandardCharsets.UTF_8);
        try (EventSource events = client.events("")) {
            var unused = client.postLater("/pipe/write?timeout=60s", text);
            var told = new ByteArrayOutputStream();
            while (told.size() < text.length) {
                Event event = events.next();
                assertThat(event.name()).isEqualTo("output");
                // On a machine so busy that the rest of a character comes late, its beginning comes alone.
                boolean whole = event.bytes().length >= 3;
                assertThat(event.data().path("encoding").asString()).isEqualTo(whole ? "utf-8" : "base64");
                told.writeBytes(event.bytes());
                assertThat(client.get("/pipe/read?timeout=0s&offset=" + told.size())
                                .status())
                        .isIn(200, 204);
            }
            assertThat(told.toByteArray()).isEqualTo(text);
        }
    }

    @Test
    void aRequestWithABodyIsNoObserver() throws IOException {
        client.session("cat");
        for (String path : List.of("/pipe/events", "/pipe/stream")) {
            try (RawConnection connection = client.connect()) {
                Answer answer = connection
                        .head("GET " + path, "Content-Length: 1")
                        .send("x")
                        .answer();
                assertThat(answer.status()).isEqualTo(400);
                assertThat(answer.problem()).isEqualTo("bad-request");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "exit", "-1", "nonsense", "e", "0x10", "120", "9999999999999999999"})
    void anIdThatIsNoneCountsAsNone(String id) throws IOException {
        client.session("cat");
        client.write("all");

        try (EventSource events = client.events("", "Last-Event-ID", id)) {
            assertThat(events.next().text()).isEqualTo("all");
        }
        try (EventSource events = client.events("?offset=1", "Last-Event-ID", id)) {
            assertThat(events.next().text()).isEqualTo("ll");
        }
    }

    @Test
    void anOffsetThatThereCannotHaveBeenYetIsTheBeginning() throws IOException {
        String session = client.session("cat").path("id").asString();
        client.write("all");

        try (EventSource events = client.events("", "Last-Event-ID", session + ":o1000")) {
            assertThat(events.next().text()).isEqualTo("all");
        }
    }

    @Test
    void refusesWhatItCannotDo() {
        client.session("cat");

        assertThat(client.get("/pipe/events?offset=5").problem()).isEqualTo("offset-gap");
        assertThat(client.get("/pipe/events?offset=-1").problem()).isEqualTo("invalid-parameter");
        assertThat(client.get("/pipe/events?max=1").problem()).isEqualTo("invalid-parameter");
        assertThat(client.get("/pipe/events", "Accept", "text/html").problem()).isEqualTo("not-acceptable");
        assertThat(client.method("POST", "/pipe/events").status()).isEqualTo(405);
        Answer head = client.method("HEAD", "/pipe/events");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Type")).startsWith("text/event-stream");
        client.delete("/pipe");
        assertThat(client.get("/pipe/events").problem()).isEqualTo("no-session");
    }
}
