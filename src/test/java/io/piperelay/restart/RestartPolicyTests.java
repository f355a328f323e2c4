package io.piperelay.restart;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.restart.RestartPolicy.When;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** When a child is restarted, and how soon. */
class RestartPolicyTests {

    private static RestartPolicy policy(When when) {
        return new RestartPolicy(when, Duration.ofSeconds(1), Duration.ofSeconds(5), 3);
    }

    @Test
    void aFailureIsAnyExitCodeButZero() {
        assertThat(List.of(0, 1, 137, -1073741819)).noneMatch(policy(When.NEVER)::isFor);
        assertThat(List.of(1, 137, -1073741819)).allMatch(policy(When.ON_FAILURE)::isFor);
        assertThat(policy(When.ON_FAILURE).isFor(0)).isFalse();
        assertThat(List.of(0, 1)).allMatch(policy(When.ALWAYS)::isFor);
    }

    @Test
    void eachDelayIsTwiceTheOneBeforeUpToTheLongest() {
        assertThat(Stream.iterate(Duration.ofSeconds(1), policy(When.ALWAYS)::after)
                        .limit(5)
                        .map(Duration::toSeconds))
                .containsExactly(1L, 2L, 4L, 5L, 5L);
    }
}
