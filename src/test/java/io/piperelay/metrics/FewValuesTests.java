package io.piperelay.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FewValuesTests {

    private final FewValues values = new FewValues(2);

    @Test
    void asManyAsAllowedAreToldApart() {
        assertThat(IntStream.of(0, 3, 0, 7, 3, 8).mapToObj(code -> values.known("" + code)))
                .containsExactly("0", "3", "0", FewValues.OTHER, "3", FewValues.OTHER);
    }
}
