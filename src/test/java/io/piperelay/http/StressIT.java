package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
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
                .child("cat", "/bin/cat")
                .child("sleeper", "/bin/sleep", "600")
                .child("exiting", "/bin/sh", "-c", "echo bye; exit 3")
                .child("missing", "/nonexistent"));
        client = service.client();
        threads = Executors.newFixedThreadPool(THREADS);
    }

    @AfterAll
    static void stop() {
        threads.shutdownNow();
        service.close();
    }

    // 25

    @Test
    void ofManyThatCreateAtOnceExactlyOneSucceeds() throws Exception {
        int rounds = Soak.count(50, 1_000);
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

    // 26

    @Test
    void inAnyOrderNothingFailsAndNoSessionSeesAnothersBytes() throws Exception {
        int steps = Soak.count(60, 2_000);
        long seed = Long.getLong("seed", 20);
        Map<String, Integer> seen = new ConcurrentHashMap<>();
        List<Callable<Integer>> workers = new ArrayList<>();
        for (int worker = 0; worker < 16; worker++) {
            Random random = new Random(seed * 1000 + worker);
            workers.add(() -> {
                for (int step = 0; step < steps; step++) {
                    step(random, seen);
                }
                return steps;
            });
        }

        all(workers);

        assertThat(seen).containsKeys("create 201", "delete 200", "write 200", "read 200", "exchange 200");
        client.delete("/pipe?grace=0s");
        client.session("cat");
        assertThat(client.post("/pipe/exchange", "still works").text()).isEqualTo("still works\n");
    }

    /** Every message names the session it was meant for; that it may reach a later one is why reads compare. */
    private static void step(Random random, Map<String, Integer> seen) {
        int dice = random.nextInt(100);
        if (dice < 8) {
            String child = List.of("cat", "cat", "cat", "sleeper", "exiting", "missing")
                    .get(random.nextInt(6));
            String topology = random.nextInt(10) == 0 ? "shared" : "duplex";
            String document = "{\"child\":\"" + (topology.equals("shared") ? "agent" : child) + "\",\"topology\":\""
                    + topology + "\"}";
            Answer answer = client.postJson("/pipe?replace=" + random.nextBoolean(), document);
            check("create", answer, seen, 201, 409, 500);
            assertThat(answer.problem()).isIn("", "session-exists", "child-launch-failed");
        } else if (dice < 14) {
            check("delete", client.delete("/pipe?grace=" + random.nextInt(100) + "ms"), seen, 200, 404);
        } else if (dice < 25) {
            Answer answer = client.get("/pipe");
            check("show", answer, seen, 200, 404);
            if (answer.status() == 200) {
                assertConsistent(answer.json());
            }
        } else if (dice < 50) {
            Answer answer = client.post("/pipe/write?timeout=500ms", message(random));
            check("write", answer, seen, 200, 404, 409, 410, 503);
        } else if (dice < 75) {
            Answer answer = client.get("/pipe/read?timeout=" + random.nextInt(300) + "ms&max="
                    + (1 + random.nextInt(100_000)) + (random.nextInt(5) == 0 ? "&until=lf" : ""));
            check("read", answer, seen, 200, 204, 404, 410);
            if (answer.status() == 200) {
                assertThat(answer.number("Pipe-Next") - answer.number("Pipe-Offset"))
                        .isEqualTo(answer.body().length);
            }
        } else if (dice < 80) {
            Answer answer = client.get("/pipe/read?timeout=0s&offset=" + random.nextInt(1000));
            check("reread", answer, seen, 200, 204, 404, 409, 410);
        } else if (dice < 85) {
            check("errors", client.get("/pipe/errors"), seen, 200, 204, 404);
        } else {
            Answer answer = client.post("/pipe/exchange?timeout=500ms", message(random));
            check("exchange", answer, seen, 200, 404, 409, 410, 503, 504);
        }
    }

    private static byte[] message(Random random) {
        return "m"
                .repeat(random.nextInt(20) == 0 ? 200_000 : random.nextInt(200))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void check(String operation, Answer answer, Map<String, Integer> seen, Integer... expected) {
        assertThat(answer.status()).as(operation + " " + answer).isIn((Object[]) expected);
        assertThat(answer.problem()).as(operation + " " + answer).isNotEqualTo("internal-error");
        seen.merge(operation + " " + answer.status(), 1, Integer::sum);
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
        int sessions = Soak.count(60, 1_000);
        Set<String> ids = ConcurrentHashMap.newKeySet();
        AtomicBoolean over = new AtomicBoolean();
        List<Callable<Integer>> workers = new ArrayList<>();
        for (int worker = 0; worker < 8; worker++) {
            workers.add(() -> {
                int checked = 0;
                while (!over.get()) {
                    // Whatever session this reaches: reply and Pipe-Session belong together, or there is none.
                    Answer before = client.get("/pipe");
                    String id =
                            before.status() == 200 ? before.json().path("id").asString() : "none";
                    // Long enough that no reply comes late, and to the next one who asks.
                    Answer answer = client.post("/pipe/exchange?timeout=60s", "from " + id);
                    if (answer.status() == 200) {
                        assertThat(answer.text()).isEqualTo("from " + id + "\n");
                        checked++;
                    } else {
                        assertThat(answer.status()).as(answer.toString()).isIn(404, 409, 410, 503);
                    }
                }
                return checked;
            });
        }
        workers.add(() -> {
            try {
                while (ids.size() < sessions) {
                    Answer created = client.postJson("/pipe?replace=true", "{\"child\":\"cat\"}");
                    assertThat(created.status()).as(created.toString()).isEqualTo(201);
                    assertThat(ids.add(created.json().path("id").asString())).isTrue();
                }
                return 0;
            } finally {
                over.set(true);
            }
        });

        List<Integer> checked = all(workers);

        assertThat(checked.stream().mapToInt(Integer::intValue).sum()).isPositive();
        assertThat(new HashSet<>(ids)).hasSize(sessions);
    }
}
