package io.piperelay.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

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

    /** Says which of the measured ratios are worse than promised, or that none was promised. */
    boolean check(Report report) {
        boolean good = true;
        int compared = 0;
        for (var measured : report.ratios()) {
            var promised = expected.get(key(measured.figure(), measured.rival()));
            if (promised != null) {
                compared++;
                if (measured.value() < TOLERANCE * promised) {
                    good = false;
                    report.line(
                            "WORSE: %s against %s: %.2f rather than %.2f",
                            measured.figure(), measured.rival(), measured.value(), promised);
                }
            }
        }
        report.line("%n%d ratios compared with those promised", compared);
        return good && compared > 0;
    }

    private static String key(String figure, String rival) {
        return figure + " | " + rival;
    }
}
