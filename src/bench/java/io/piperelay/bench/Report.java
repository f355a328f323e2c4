package io.piperelay.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What was measured, as Markdown; printed as it comes, because a run takes its time. */
final class Report {

    private final PrintStream out;
    private final List<Ratio> ratios = new ArrayList<>();

    Report(PrintStream out) {
        this.out = out;
    }

    /** A relay's figure divided by its rival's, turned over where less is better, so that more is always better. */
    record Ratio(String figure, String rival, double value) {}

    void line(String format, @Nullable Object... arguments) {
        out.println(String.format(Locale.ROOT, format, arguments));
    }

    void heading(String title) {
        line("%n## %s%n", title);
    }

    void header(String... columns) {
        row(List.of(columns));
        row(List.of(columns).stream().map(column -> "---").toList());
    }

    void row(List<String> cells) {
        line("| %s |", String.join(" | ", cells));
    }

    void ratio(String figure, String rival, double value) {
        ratios.add(new Ratio(figure, rival, value));
    }

    List<Ratio> ratios() {
        return List.copyOf(ratios);
    }

    void printRatios() {
        heading("Ratios");
        header("figure", "against", "ratio");
        for (var ratio : ratios) {
            line("| %s | %s | %.2f |", ratio.figure, ratio.rival, ratio.value);
        }
    }

    /** With so many digits as make sense. */
    static String number(double value) {
        return String.format(
                Locale.ROOT, value >= 1000 ? "%,.0f" : value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }
}
