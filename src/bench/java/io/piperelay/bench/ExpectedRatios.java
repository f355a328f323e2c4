package io.piperelay.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The ratios that a document promises: the rows {@code | figure | against | 1.23 |} of its tables. */
final class ExpectedRatios {

    /** What a ratio may lose without being called worse: two runs differ by some percent. */
    private static final double TOLERANCE = 0.9;

    private static final Pattern ROW = Pattern.compile("\\| ([^|]+) \\| ([^|]+) \\| (\\d+\\.\\d+) \\|");

    private final Map<String, Double> expected = new LinkedHashMap<>();

    ExpectedRatios(Path document) throws IOException {
        for (var line : Files.readAllLines(document)) {
            var row = ROW.matcher(line);
            if (row.matches()) {
                expected.put(key(row.group(1), row.group(2)), Double.parseDouble(row.group(3)));
            }
        }
    }

    /** Says which of the ratios are worse than promised, and which were not measured. At least one must have been. */
    boolean check(Report report) {
        report.heading("Beside what was promised");
        var measured = report.ratios().stream()
                .collect(Collectors.toMap(ratio -> key(ratio.figure(), ratio.rival()), Report.Ratio::value));
        int worse = 0;
        for (var promise : expected.entrySet()) {
            var value = measured.get(promise.getKey());
            if (value == null) {
                report.line("not measured: %s", promise.getKey());
            } else if (value < TOLERANCE * promise.getValue()) {
                report.line("WORSE: %s: %.2f rather than %.2f", promise.getKey(), value, promise.getValue());
                worse++;
            }
        }
        report.line("%n%d worse than promised", worse);
        return worse == 0 && !Collections.disjoint(expected.keySet(), measured.keySet());
    }

    private static String key(String figure, String rival) {
        return figure + " against " + rival;
    }
}
