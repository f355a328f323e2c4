package io.piperelay.session;

import static io.piperelay.session.StandardStream.ERRORS;
import static io.piperelay.session.StandardStream.OUTPUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.Later;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class ArrivalOrderTests {

    private final ArrivalOrder arrivals = new ArrivalOrder();

    private static ArrivalOrder.Position at(long output, long errors) {
        return new ArrivalOrder.Position(output, errors);
    }

    private boolean await(ArrivalOrder.Position position, Duration timeout) throws InterruptedException {
        return arrivals.await(position, new Deadline(timeout, () -> false));
    }

    /** What an observer gets, such as {@code OUTPUT 0-3}. */
    private List<String> follow(ArrivalOrder.Position start) {
        List<String> seen = new ArrayList<>();
        ArrivalOrder.Position position = start;
        for (ArrivalOrder.Run run = arrivals.next(position); run != null; run = arrivals.next(position)) {
            seen.add(run.source() + " " + position.of(run.source()) + "-" + run.end());
            position = position.with(run, run.end());
        }
        return seen;
    }

    private void outputErrorsOutput() {
        arrivals.grew(OUTPUT, 0, 3);
        arrivals.grew(OUTPUT, 3, 5);
        arrivals.grew(ERRORS, 0, 4);
        arrivals.grew(OUTPUT, 5, 9);
    }

    @Test
    void bytesAreFollowedInTheOrderInWhichTheyCame() {
        outputErrorsOutput();

        assertThat(follow(at(0, 0))).containsExactly("output 0-5", "errors 0-4", "output 5-9");
        assertThat(follow(at(4, 0))).containsExactly("output 4-5", "errors 0-4", "output 5-9");
        assertThat(follow(at(7, 4))).containsExactly("output 7-9");
        assertThat(follow(at(9, 4))).isEmpty();
    }

    @Test
    void behindAByteIsBehindWhatCameBeforeItToo() {
        outputErrorsOutput();

        assertThat(arrivals.behind(OUTPUT, 0)).isEqualTo(at(0, 0));
        assertThat(arrivals.behind(OUTPUT, 3)).isEqualTo(at(3, 0));
        assertThat(arrivals.behind(OUTPUT, 5)).isEqualTo(at(5, 0));
        assertThat(arrivals.behind(OUTPUT, 6)).isEqualTo(at(6, 4));
        assertThat(arrivals.behind(ERRORS, 0)).isEqualTo(at(0, 0));
        assertThat(arrivals.behind(ERRORS, 1)).isEqualTo(at(5, 1));
        assertThat(arrivals.behind(ERRORS, 4)).isEqualTo(at(5, 4));
    }

    @Test
    void theBeginningIsBeforeEverythingThatCame() {
        arrivals.grew(ERRORS, 0, 2);
        arrivals.grew(OUTPUT, 0, 2);

        assertThat(follow(arrivals.behind(OUTPUT, 0))).containsExactly("errors 0-2", "output 0-2");
    }

    @Test
    void whenTheOrderIsForgottenNoByteIs() {
        int runs = 10_000;
        for (int i = 0; i < runs; i++) {
            arrivals.grew(OUTPUT, i, i + 1);
            arrivals.grew(ERRORS, i, i + 1);
        }

        assertThat(follow(at(0, 0)))
                .hasSize(4096)
                .startsWith("output 0-7953", "errors 0-7953", "output 7953-7954")
                .endsWith("output 9999-10000", "errors 9999-10000");
        assertThat(arrivals.behind(OUTPUT, runs)).isEqualTo(at(runs, runs - 1));
        assertThat(arrivals.behind(OUTPUT, 5)).as("repeats what it can't know").isEqualTo(at(5, 0));
    }

    /** Deadline itself checks again every second; with that alone, so many rounds would take longer. */
    @Test
    void waitersWakeAtOnceForWhatComesBehindThem() throws Exception {
        int rounds = 200;
        assertThat(await(at(0, 0), Duration.ofMillis(50))).isFalse();
        CompletableFuture<Void> echo = Later.run(() -> {
            for (int i = 0; i < rounds; i++) {
                assertThat(awaited(at(i, i))).isTrue();
                arrivals.grew(ERRORS, i, i + 1);
            }
        });
        for (int i = 0; i < rounds; i++) {
            arrivals.grew(OUTPUT, i, i + 1);
            assertThat(awaited(at(i + 1, i))).isTrue();
        }

        assertThat(echo).succeedsWithin(Duration.ofSeconds(20));
    }

    @Test
    void theEndWakesEverybodyAtOnce() throws Exception {
        outputErrorsOutput();
        CompletableFuture<Boolean> waiter = Later.get(() -> awaited(at(9, 4)));

        arrivals.end();

        assertThat(waiter.get()).isTrue();
        assertThat(arrivals.next(at(9, 4))).isNull();
        assertThat(follow(at(5, 4))).containsExactly("output 5-9");
    }

    private boolean awaited(ArrivalOrder.Position position) {
        try {
            return await(position, Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            return false;
        }
    }
}
