package io.piperelay.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.piperelay.web.problem.ProblemException;
import io.piperelay.web.problem.ProblemType;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ConcurrencyLimitTests {

    private final ConcurrencyLimit limit = new ConcurrencyLimit(2);

    private String refusedWithin() throws Exception {
        return limit.admit(() -> limit.admit(() -> {
            ProblemException refusal =
                    catchThrowableOfType(ProblemException.class, () -> limit.admit(() -> "admitted"));
            assertThat(refusal.problem().type()).isEqualTo(ProblemType.TOO_MANY_WAITING);
            return refusal.problem().detail();
        }));
    }

    @Test
    void whoeverFindsNoPlaceIsRefusedAtOnce() throws Exception {
        assertThat(refusedWithin()).contains("2");
    }

    @Test
    void whoeverHasAPlaceIsCounted() throws Exception {
        assertThat(limit.admit(() -> limit.admit(limit::admitted))).isEqualTo(2);
        assertThat(limit.admitted()).isZero();
    }

    @Test
    void aPlaceIsFreeAgainHoweverTheRequestEnded() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> limit.admit(() -> {
                        throw new IOException("broken");
                    }))
                    .hasMessage("broken");
            refusedWithin();
        }
        assertThat(limit.admit(() -> limit.admit(() -> "admitted"))).isEqualTo("admitted");
    }
}
