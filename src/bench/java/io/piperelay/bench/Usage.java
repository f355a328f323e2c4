package io.piperelay.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a server and its descendants have used so far, as
 * <a href="https://man7.org/linux/man-pages/man5/proc.5.html">proc(5)</a> tells.
 *
 * @param cpuSeconds in user and system mode, in steps of 10 ms
 * @param switches voluntary context switches of the threads that are alive: a figure that other load on the machine hardly
 *     changes
 */
record Usage(double cpuSeconds, long switches) {

    private static final double TICKS_PER_SECOND = 100;
    private static final String VOLUNTARY = "voluntary_ctxt_switches:";

    static Usage of(ProcessHandle server) throws IOException {
        var sum = new Usage(0, 0);
        for (var process :
                Stream.concat(Stream.of(server), server.descendants()).toList()) {
            sum = sum.plus(ofOne(Path.of("/proc/" + process.pid())));
        }
        return sum;
    }

    /** Nothing, if it has ended. */
    private static Usage ofOne(Path proc) throws IOException {
        try {
            return ofRunning(proc);
        } catch (NoSuchFileException e) {
            return new Usage(0, 0);
        }
    }

    private static Usage ofRunning(Path proc) throws IOException {
        var stat = Files.readString(proc.resolve("stat"));
        // The program's name may hold blanks and brackets; what counts comes after its last bracket: utime is 14, stime
        // 15.
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        try (var tasks = Files.list(proc.resolve("task"))) {
            return new Usage(
                    ticks / TICKS_PER_SECOND, tasks.mapToLong(Usage::switchesOf).sum());
        }
    }

    private static long switchesOf(Path task) {
        try (var lines = Files.lines(task.resolve("status"))) {
            return lines.filter(line -> line.startsWith(VOLUNTARY))
                    .mapToLong(line ->
                            Long.parseLong(line.substring(VOLUNTARY.length()).strip()))
                    .sum();
        } catch (IOException | java.io.UncheckedIOException e) {
            return 0; // The thread has ended.
        }
    }

    private Usage plus(Usage other) {
        return new Usage(cpuSeconds + other.cpuSeconds, switches + other.switches);
    }

    Usage since(Usage before) {
        return new Usage(cpuSeconds - before.cpuSeconds, switches - before.switches);
    }
}
