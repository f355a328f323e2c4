package io.piperelay.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OutOfMemoryExitTests {

    /** A thread that dies for lack of memory, in a process that would live on. */
    static final class Hungry {

        public static void main(String[] args) throws InterruptedException {
            OutOfMemoryExit.install();
            Thread hungry = new Thread(() -> {
                List<byte[]> food = new ArrayList<>();
                while (food.size() < Integer.MAX_VALUE) {
                    food.add(new byte[100_000]);
                }
            });
            hungry.start();
            Thread.sleep(60_000);
        }
    }

    @Test
    void aThreadThatEndsForWantOfMemoryEndsTheProcessWithOneLine() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Hungry.class.getName())
                .redirectErrorStream(true)
                .start();

        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(3);
        assertThat(said.strip().lines()).hasSize(1).first().asString().contains("the heap is full");
    }

    @Test
    void aSystemWithoutFurtherThreadsIsAnotherMatter() {
        assertThat(OutOfMemoryExit.isFullHeap(new OutOfMemoryError("Java heap space")))
                .isTrue();
        assertThat(OutOfMemoryExit.isFullHeap(new OutOfMemoryError())).isTrue();
        assertThat(OutOfMemoryExit.isFullHeap(new OutOfMemoryError(
                        "unable to create native thread: possibly out of memory or process/resource limits reached")))
                .isFalse();
        assertThat(OutOfMemoryExit.isFullHeap(new StackOverflowError())).isFalse();
    }
}
