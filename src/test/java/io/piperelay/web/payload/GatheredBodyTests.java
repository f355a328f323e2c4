package io.piperelay.web.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.piperelay.web.problem.ProblemException;
import io.piperelay.web.problem.ProblemType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are known to their ends before they are written, and the part of the heap that they may take. */
class GatheredBodyTests {

    private static final int HEAP = 64 * 1024;

    private final Semaphore heap = new Semaphore(HEAP);
    private final int longest = GatheredBody.longest(heap);

    private GatheredBody gathered(int length, boolean isLengthKnown) throws IOException {
        var body = new ByteArrayInputStream(new byte[length]);
        return GatheredBody.of(body, isLengthKnown ? length : -1, longest, heap);
    }

    private static ProblemType type(ProblemException refused) {
        return refused.problem().type();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theLongestFitsWhileThereIsNoOther(boolean isLengthKnown) throws IOException {
        try (GatheredBody body = gathered(longest, isLengthKnown)) {
            assertThat(body.length()).isEqualTo(longest);
            assertThatExceptionOfType(ProblemException.class)
                    .isThrownBy(() -> gathered(1, isLengthKnown))
                    .satisfies(refused -> assertThat(type(refused)).isEqualTo(ProblemType.RESOURCES_EXHAUSTED));
        }
        assertThat(heap.availablePermits()).isEqualTo(HEAP);
    }

    /** A client that tried again later would try forever. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatCanNeverFitIsTooLarge(boolean isLengthKnown) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> gathered(longest + 1, isLengthKnown))
                .satisfies(refused -> assertThat(type(refused)).isEqualTo(ProblemType.REQUEST_TOO_LARGE));
        assertThat(heap.availablePermits()).isEqualTo(HEAP);
    }
}
