package io.piperelay.http.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a Prometheus server reads from a service, checked as strictly as {@code promtool check metrics} does: <a
 * href="https://prometheus.io/docs/instrumenting/exposition_formats/">text</a>, or <a
 * href="https://prometheus.io/docs/specs/om/open_metrics_spec/">OpenMetrics</a>.
 */
public final class Exposition {

    private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
    private static final Pattern META = Pattern.compile("# (HELP|TYPE|UNIT) (" + NAME + ") (.*)");
    private static final Pattern SAMPLE = Pattern.compile("(" + NAME + ")(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\\n]|\\\\[\\\\\"n])*)\"(?:,|$)");

    /** One family of series. */
    public record Family(String name, String type, String help, Map<Map<String, String>, Double> samples) {}

    private record Sample(String name, Map<String, String> labels, double value) {}

    private final boolean openMetrics;
    private final Map<String, String> types = new LinkedHashMap<>();
    private final Map<String, String> helps = new LinkedHashMap<>();
    private final List<Sample> samples = new ArrayList<>();
    private final Set<String> ended = new HashSet<>();
    private @Nullable String current;

    private Exposition(boolean openMetrics) {
        this.openMetrics = openMetrics;
    }

    public static Exposition of(String text) {
        return read(text, false);
    }

    public static Exposition ofOpenMetrics(String text) {
        assertThat(text).endsWith("\n# EOF\n");
        return read(text.substring(0, text.length() - "# EOF\n".length()), true);
    }

    private static Exposition read(String text, boolean openMetrics) {
        var exposition = new Exposition(openMetrics);
        assertThat(text).endsWith("\n");
        text.lines().forEach(exposition::line);
        exposition.histograms();
        return exposition;
    }

    private void line(String line) {
        Matcher meta = META.matcher(line);
        if (meta.matches()) {
            String name = meta.group(2);
            enter(name);
            if (meta.group(1).equals("TYPE")) {
                assertThat(types.put(name, meta.group(3))).as(line).isNull();
            } else if (meta.group(1).equals("HELP")) {
                assertThat(helps.put(name, meta.group(3))).as(line).isNull();
            }
            return;
        }
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as(line).isTrue();
        String family = familyOf(sample.group(1));
        enter(family);
        Map<String, String> labels = labels(sample.group(2), line);
        double value = Double.parseDouble(sample.group(3).replace("Inf", "Infinity"));
        assertThat(samples).as(line).noneMatch(it -> it.name.equals(sample.group(1)) && it.labels.equals(labels));
        samples.add(new Sample(sample.group(1), labels, value));
    }

    /** The lines of a family are not interrupted by others. */
    private void enter(String family) {
        if (!family.equals(current)) {
            assertThat(ended.add(family)).as(family + " comes twice").isTrue();
            current = family;
        }
    }

    private String familyOf(String sample) {
        if (types.containsKey(sample)) {
            return sample;
        }
        String family = sample.replaceFirst("_(bucket|count|sum|total|created|info)$", "");
        assertThat(types).as("a type for " + sample).containsKey(family);
        String type = types.get(family);
        boolean fits = sample.endsWith("_bucket")
                ? "histogram".equals(type)
                : sample.endsWith("_total") ? openMetrics && "counter".equals(type) : true;
        assertThat(fits).as(sample + " of a " + type).isTrue();
        return family;
    }

    private static Map<String, String> labels(@Nullable String text, String line) {
        Map<String, String> labels = new TreeMap<>();
        if (text != null) {
            Matcher label = LABEL.matcher(text);
            int end = 0;
            while (label.find()) {
                assertThat(label.start()).as(line).isEqualTo(end);
                assertThat(labels.put(label.group(1), label.group(2))).as(line).isNull();
                end = label.end();
            }
            assertThat(end).as(line).isEqualTo(text.length());
        }
        return labels;
    }

    /** Buckets are cumulative, and the last one has all. */
    private void histograms() {
        types.forEach((name, type) -> {
            if (type.equals("histogram")) {
                samples.stream()
                        .filter(sample -> sample.name.equals(name + "_count"))
                        .forEach(count -> checkBuckets(name, count));
            }
        });
    }

    private void checkBuckets(String name, Sample count) {
        var buckets = new TreeMap<Double, Double>();
        for (Sample sample : samples) {
            Map<String, String> labels = new TreeMap<>(sample.labels);
            String bound = labels.remove("le");
            if (sample.name.equals(name + "_bucket") && labels.equals(count.labels)) {
                buckets.put(Double.parseDouble(Objects.requireNonNull(bound).replace("Inf", "Infinity")), sample.value);
            }
        }
        assertThat(buckets.lastEntry()).isEqualTo(Map.entry(Double.POSITIVE_INFINITY, count.value));
        assertThat(new ArrayList<>(buckets.values())).isSorted();
    }

    /** The types of the families whose names begin like this. */
    public Map<String, String> types(String prefix) {
        return types.entrySet().stream()
                .filter(type -> type.getKey().startsWith(prefix))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    public String help(String family) {
        return helps.getOrDefault(family, "");
    }

    /** The names of the labels that any series of a family has. */
    public Set<String> labelNames(String family) {
        return samples.stream()
                .filter(sample -> familyOf(sample.name).equals(family))
                .flatMap(sample -> sample.labels.keySet().stream())
                .collect(Collectors.toSet());
    }

    /** The value of the one series that has this name and these labels, as {@code name=value}; 0 if there is none. */
    public double value(String name, String... labels) {
        Map<String, String> wanted = new TreeMap<>();
        for (String label : labels) {
            wanted.put(label.substring(0, label.indexOf('=')), label.substring(label.indexOf('=') + 1));
        }
        return samples.stream()
                .filter(sample -> sample.name.equals(name) && sample.labels.equals(wanted))
                .mapToDouble(Sample::value)
                .findAny()
                .orElse(0);
    }
}
