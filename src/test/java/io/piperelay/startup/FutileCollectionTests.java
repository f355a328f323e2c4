package io.piperelay.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FutileCollectionTests {

    /** Keeps nearly all of its heap in use, and then does nothing but collect garbage. */
    static final class Squeezed {

        private static final double NEARLY_ALL = 0.93;

        public static void main(String[] args) {
            OutOfMemoryExit.install();
            List<byte[]> kept = new ArrayList<>();
            Runtime runtime = Runtime.getRuntime();
            while (runtime.totalMemory() - runtime.freeMemory() < NEARLY_ALL * runtime.maxMemory()) {
                kept.add(new byte[1_000]);
            }
            FutileCollection.watch(Duration.ofMillis(200), 5);
            while (!kept.isEmpty()) {
                System.gc();
            }
        }
    }

    @Test
    void aProcessThatOnlyCollectsGarbageEndsWithOneLine() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Squeezed.class.getName())
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

            assertThat(process.exitValue()).isEqualTo(OutOfMemoryExit.EXIT_CODE);
            assertThat(said.strip().lines()).hasSize(1).first().asString().contains("the heap is full");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void itIsSeenOnlyAfterSomeTime() {
        var futile = new FutileCollection(3);
        futile.isSeen(1_000_000, 400, 0.5);

        assertThat(futile.isSeen(1_005_000, 5_300, 0.95)).isFalse();
        assertThat(futile.isSeen(1_010_000, 10_100, 0.95)).isFalse();
        assertThat(futile.isSeen(1_015_000, 15_000, 0.95)).isTrue();
    }

    @Test
    void aPauseInBetweenLetsItBeginAnew() {
        var futile = new FutileCollection(2);
        futile.isSeen(1_000_000, 400, 0.95);

        assertThat(futile.isSeen(1_005_000, 5_300, 0.95)).isFalse();
        assertThat(futile.isSeen(1_010_000, 8_000, 0.95)).isFalse();
        assertThat(futile.isSeen(1_015_000, 12_900, 0.95)).isFalse();
        assertThat(futile.isSeen(1_020_000, 17_800, 0.95)).isTrue();
    }

    @Test
    void muchCollectingThatMakesRoomIsNotFutile() {
        var futile = new FutileCollection(1);
        futile.isSeen(1_000_000, 400, 0.5);

        assertThat(futile.isSeen(1_005_000, 5_400, 0.6)).isFalse();
    }
}
