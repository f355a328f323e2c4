package io.piperelay.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeapSharesTests {

    private static final long KIBIBYTE = 1024;
    private static final long MEBIBYTE = 1024 * KIBIBYTE;

    @ParameterizedTest
    @ValueSource(longs = {64, 128, 256, 1024, 16 * 1024})
    void whatTheSharesLetInTakesHalfOfTheHeap(long mebibytes) {
        var shares = new HeapShares(mebibytes * MEBIBYTE);

        long measured = KIBIBYTE
                * (10L * shares.connections()
                        + 96L * shares.readers()
                        + 205L * shares.writers()
                        + 81L * shares.observers()
                        + 173L * shares.creators());

        assertThat(measured).isLessThan(mebibytes * MEBIBYTE * 51 / 100);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 1000, MEBIBYTE})
    void thereIsAlwaysAPlace(long heap) {
        var shares = new HeapShares(heap);

        assertThat(shares.connections()).isPositive();
        assertThat(shares.readers()).isPositive();
        assertThat(shares.writers()).isPositive();
        assertThat(shares.observers()).isPositive();
        assertThat(shares.creators()).isPositive();
    }
}
