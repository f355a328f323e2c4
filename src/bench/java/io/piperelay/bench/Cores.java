package io.piperelay.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which processors the contenders and their children run on, and which ones the load comes from, in taskset's words.
 */
record Cores(String servers, String load) {

    /** Servers get two processors, everywhere the same number; what is left generates the load. */
    static Cores ofThisMachine() {
        int all = Runtime.getRuntime().availableProcessors();
        return all < 3 ? new Cores(range(0, all), range(0, all)) : new Cores(range(0, 2), range(2, all));
    }

    private static String range(int from, int to) {
        return IntStream.range(from, to).mapToObj(String::valueOf).collect(Collectors.joining(","));
    }

    List<String> pinned(List<String> command) {
        var pinned = new ArrayList<>(List.of("taskset", "--cpu-list", servers));
        pinned.addAll(command);
        return pinned;
    }

    /** Keeps this process, with all of its threads, to the load's processors. */
    void pinThisProcess() throws IOException, InterruptedException {
        long self = ProcessHandle.current().pid();
        var taskset = new ProcessBuilder("taskset", "--all-tasks", "--cpu-list", "--pid", load, String.valueOf(self));
        if (taskset.redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() != 0) {
            throw new IOException("taskset cannot keep the load to processors " + load);
        }
    }
}
