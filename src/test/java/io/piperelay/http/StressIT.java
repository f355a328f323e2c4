package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.child.Children;
import io.piperelay.http.support.Answer;
import io.piperelay.http.support.EventSource;
import io.piperelay.http.support.EventSource.Event;
import io.piperelay.http.support.Ledger;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import io.piperelay.http.support.Soak;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import tools.jackson.databind.JsonNode;

/** Many clients at once, in any order. */
@Timeout(value = 1800, threadMode = ThreadMode.SEPARATE_THREAD)
class StressIT {

    private static final int THREADS = 64;

    private static RelayService service;
    private static RelayClient client;
    private static ExecutorService threads;

    @BeforeAll
    static void start() {
        service = RelayService.start(Settings.ordinary()
                .cat()
                .sleeping("sleeper")
                .child("exiting", Children.leave())
                .child("missing", "/nonexistent")
                // Their output is not read, or they ignore their input: otherwise most of the time would go into ending
                // them.
                .with("pipe.children.cat.stop-grace", "50ms")
                .with("pipe.children.sleeper.stop-grace", "50ms"));
        client = service.client();
        threads = Executors.newFixedThreadPool(THREADS);
    }

    @AfterAll
    static void stop() {
        threads.shutdownNow();
        service.close();
    }

    @Test
    void ofManyThatCreateAtOnceExactlyOneSucceeds() throws Exception {
        int rounds = Soak.count(25, 1_000);
        for (int round = 0; round < rounds; round++) {
            client.delete("/pipe?grace=0s");
            var together = new CyclicBarrier(THREADS);
            List<Answer> answers = all(IntStream.range(0, THREADS)
                    .mapToObj(i -> (Callable<Answer>) () -> {
                        together.await();
                        return client.postJson("/pipe", "{\"child\":\"cat\"}");
                    })
                    .toList());
            List<Answer> created =
                    answers.stream().filter(answer -> answer.status() == 201).toList();
            assertThat(created).as("round " + round).hasSize(1);
            assertThat(answers)
                    .filteredOn(answer -> answer.status() != 201)
                    .allMatch(answer -> answer.problem().equals("session-exists"));
            assertThat(client.status().path("id"))
                    .isEqualTo(created.get(0).json().path("id"));
        }
    }

    private static <T> List<T> all(List<Callable<T>> tasks) throws InterruptedException, ExecutionException {
        List<T> results = new ArrayList<>();
        for (Future<T> result : threads.invokeAll(tasks)) {
            results.add(result.get());
        }
        return results;
    }

    @Test
    void inAnyOrderNothingFailsAndNoSessionSeesAnothersBytes() throws Exception {
        int steps = Soak.count(120, 2_000);
        long seed = Soak.seed();
        Random seeds = new Random(seed);
        var run = new AnyOrder();
        client.delete("/pipe?grace=0s");
        List<Callable<Integer>> workers = new ArrayList<>();
        for (int worker = 0; worker < 16; worker++) {
            Random random = new Random(seeds.nextLong());
            workers.add(() -> {
                int step = 0;
                for (; step < steps || run.replies() < steps; step++) {
                    run.step(random);
                }
                return step;
            });
        }

        var over = new AtomicBoolean();
        List<Future<Integer>> observers = new ArrayList<>();
        for (int observer = 0; observer < 2; observer++) {
            observers.add(threads.submit(() -> run.observe(over)));
        }

        try {
            all(workers);
            over.set(true);
            client.delete("/pipe?grace=0s");
            for (Future<Integer> observer : observers) {
                assertThat(observer.get()).as("events").isPositive();
            }
            int messages = run.ledger.check();

            assertThat(run.seen).containsKeys("create 201", "delete 200", "write 200", "read 200", "exchange 200");
            assertThat(messages).as("messages read").isGreaterThan(steps / 2);
        } catch (ExecutionException | AssertionError e) {
            throw new AssertionError("with -Dseed=" + seed, e);
        }
        client.delete("/pipe?grace=0s");
        client.session("cat");
        assertThat(client.post("/pipe/exchange", "still works").text()).isEqualTo("still works\n");
    }

    /** What many clients do to the current session, whichever it is at the moment. */
    private static final class AnyOrder {

        private final Ledger ledger = new Ledger();
        private final Map<String, Integer> seen = new ConcurrentHashMap<>();

        int replies() {
            return seen.getOrDefault("read 200", 0) + seen.getOrDefault("exchange 200", 0);
        }

        void step(Random random) {
            int dice = random.nextInt(100);
            if (dice < 3) {
                create(random);
            } else if (dice < 4) {
                check("delete", client.delete("/pipe?grace=" + random.nextInt(100) + "ms"), 200, 404);
            } else if (dice < 15) {
                Answer answer = check("show", client.get("/pipe"), 200, 404);
                if (answer.status() == 200) {
                    assertConsistent(answer.json());
                }
            } else if (dice < 45) {
                write(random);
            } else if (dice < 72) {
                noteOutput(check(
                        "read",
                        client.get("/pipe/read?timeout=" + random.nextInt(100) + "ms&max="
                                + (1 + random.nextInt(100_000)) + (random.nextInt(5) == 0 ? "&until=lf" : "")),
                        200,
                        204,
                        404,
                        410));
            } else if (dice < 77) {
                noteOutput(check(
                        "reread",
                        client.get("/pipe/read?timeout=0s&offset=" + random.nextInt(1000)),
                        200,
                        204,
                        404,
                        409,
                        410));
            } else if (dice < 80) {
                check("errors", client.get("/pipe/errors"), 200, 204, 404);
            } else {
                exchange(random);
            }
        }

        /** Returns how many events it received. */
        int observe(AtomicBoolean over) throws IOException {
            int events = 0;
            while (!over.get()) {
                HttpResponse<InputStream> response = client.open("/pipe/events");
                assertThat(response.statusCode()).isIn(200, 404);
                if (response.statusCode() == 404) {
                    LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
                    continue;
                }
                try (var source = new EventSource(response)) {
                    String session = source.header("Pipe-Session");
                    for (Event event = source.next(); !event.name().equals("exit"); event = source.next()) {
                        assertThat(event.data().path("session").asString()).isEqualTo(session);
                        if (event.name().equals("output")) {
                            JsonNode told = event.data();
                            ledger.read(
                                    session,
                                    told.path("offset").asLong(),
                                    told.path("next").asLong(),
                                    event.bytes());
                        }
                        events++;
                    }
                    assertThat(source.rest()).isEmpty();
                }
            }
            return events;
        }

        private void create(Random random) {
            String topology = random.nextInt(10) == 0 ? "shared" : "duplex";
            String child = topology.equals("shared")
                    ? "agent"
                    : List.of("cat", "cat", "cat", "cat", "cat", "sleeper", "exiting", "missing")
                            .get(random.nextInt(8));
            Answer answer = client.postJson(
                    "/pipe?replace=" + (random.nextInt(4) > 0),
                    "{\"child\":\"" + child + "\",\"topology\":\"" + topology + "\"}");
            if (child.equals("missing")) {
                check("create missing", answer, 409, 500);
                assertThat(answer.problem()).isIn("session-exists", "child-launch-failed");
            } else {
                check("create", answer, 201, 409);
                assertThat(answer.problem()).isIn("", "session-exists");
            }
            if (answer.status() == 201) {
                ledger.created(answer.json().path("id").asString(), child);
            }
        }

        private void write(Random random) {
            int message = ledger.send(length(random));
            Answer answer = client.post("/pipe/write?timeout=500ms", ledger.bytes(message));
            check("write", answer, 200, 404, 409, 410, 503);
            if (answer.status() == 200) {
                JsonNode written = answer.json();
                assertThat(written.path("written").asInt()).isEqualTo(ledger.bytes(message).length);
                ledger.accepted(
                        message,
                        written.path("session").asString(),
                        written.path("offset").asLong());
            } else if (answer.status() == 404) {
                ledger.refused(message);
            }
        }

        private void exchange(Random random) {
            int message = ledger.send(length(random));
            Answer answer = client.post("/pipe/exchange?timeout=500ms", ledger.bytes(message));
            check("exchange", answer, 200, 404, 409, 410, 503, 504);
            noteOutput(answer);
            if (answer.status() == 200) {
                // The reply may belong to an earlier message that got none in time.
                ledger.accepted(message, answer.header("Pipe-Session"));
            } else if (answer.status() == 404) {
                ledger.refused(message);
            }
        }

        private static int length(Random random) {
            return random.nextInt(40) == 0 ? 200_000 : random.nextInt(200);
        }

        private void noteOutput(Answer answer) {
            if (answer.status() == 200) {
                ledger.read(answer);
            }
        }

        private Answer check(String operation, Answer answer, Integer... expected) {
            assertThat(answer.status()).as(operation + " " + answer).isIn((Object[]) expected);
            seen.merge(operation + " " + answer.status(), 1, Integer::sum);
            if (answer.status() == 404) {
                // Otherwise all would rush through their steps while the next session is created.
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
            return answer;
        }
    }

    private static void assertConsistent(JsonNode session) {
        JsonNode output = session.path("output");
        assertThat(output.path("oldest").asLong())
                .isLessThanOrEqualTo(output.path("cursor").asLong());
        assertThat(output.path("cursor").asLong())
                .isLessThanOrEqualTo(output.path("end").asLong());
    }

    @Test
    void noSessionEverSeesAnothersBytes() throws Exception {
        int sessions = Soak.count(30, 1_000);
        List<String> ids = Collections.synchronizedList(new ArrayList<>());
        Queue<Reply> replies = new ConcurrentLinkedQueue<>();
        AtomicInteger checked = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        client.delete("/pipe?grace=0s");
        List<Callable<Integer>> workers = new ArrayList<>();
        for (int worker = 0; worker < 8; worker++) {
            int own = worker;
            workers.add(() -> {
                for (int count = 0; !over.get(); count++) {
                    String before = idOrNone(client.get("/pipe"));
                    if (before.equals("none")) {
                        LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
                        continue;
                    }
                    String message = "worker " + own + " message " + count + " meant for " + before;
                    // Long enough that no reply comes late, and to the next request.
                    Answer answer = client.post("/pipe/exchange?timeout=60s", message);
                    if (answer.status() == 200) {
                        assertThat(answer.text()).isEqualTo(message + "\n");
                        String after = idOrNone(client.get("/pipe"));
                        replies.add(new Reply(before, answer.header("Pipe-Session"), after));
                        checked.addAndGet(before.equals(after) ? 1 : 0);
                    } else {
                        assertThat(answer.status()).as(answer.toString()).isIn(404, 409, 410, 503);
                    }
                }
                return 0;
            });
        }
        workers.add(() -> {
            try {
                while (ids.size() < sessions) {
                    Answer created = client.postJson("/pipe?replace=true", "{\"child\":\"cat\"}");
                    assertThat(created.status()).as(created.toString()).isEqualTo(201);
                    ids.add(created.json().path("id").asString());
                    // Replaced while most of them are in the middle of something.
                    int enough = ids.size();
                    await().atMost(Duration.ofMinutes(1))
                            .pollInterval(Duration.ofMillis(1))
                            .until(() -> checked.get() >= enough);
                }
                return 0;
            } finally {
                over.set(true);
            }
        });

        all(workers);

        assertThat(ids).doesNotHaveDuplicates().hasSize(sessions);
        Map<String, Integer> order = new HashMap<>();
        ids.forEach(id -> order.put(id, order.size()));
        // The session that answered is the one that was there before and after, or one in between.
        assertThat(replies)
                .allSatisfy(reply -> assertThat(order.get(reply.session()))
                        .isBetween(
                                order.getOrDefault(reply.before(), 0),
                                order.getOrDefault(reply.after(), sessions - 1)));
        assertThat(replies)
                .filteredOn(reply -> reply.before().equals(reply.after()))
                .hasSizeGreaterThanOrEqualTo(sessions);
    }

    /** @param session the session that the reply named */
    private record Reply(String before, String session, String after) {}

    private static String idOrNone(Answer status) {
        return status.status() == 200 ? status.json().path("id").asString() : "none";
    }
}
