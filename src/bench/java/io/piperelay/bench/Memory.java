package io.piperelay.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a Java process holds. */
record Memory(long heapBytes, long residentKib) {

    /** After a full collection. */
    static Memory of(ProcessHandle java) throws IOException {
        return new Memory(liveHeap(java), residentKib(java));
    }

    static long residentKib(ProcessHandle process) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    /** The last line of a class histogram, which counts only what is reachable: {@code Total INSTANCES BYTES}. */
    private static long liveHeap(ProcessHandle java) throws IOException {
        var jcmd = Setup.ownJava().resolve("bin/jcmd").toString();
        var process = new ProcessBuilder(jcmd, String.valueOf(java.pid()), "GC.class_histogram").start();
        try (var lines = process.inputReader()) {
            return lines.lines()
                    .filter(line -> line.startsWith("Total"))
                    .mapToLong(line -> Long.parseLong(line.strip().replaceAll(".* ", "")))
                    .findFirst()
                    .orElseThrow(() -> new IOException("jcmd does not tell what the heap holds"));
        }
    }
}
