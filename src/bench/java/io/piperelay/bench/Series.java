package io.piperelay.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The same figure, measured round after round. */
final class Series {

    private final List<Double> values = new ArrayList<>();

    void add(double value) {
        values.add(value);
    }

    double median() {
        var sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** Half of what lies between the least and the greatest, in percent of the median. */
    double spread() {
        return 50 * (Collections.max(values) - Collections.min(values)) / median();
    }
}
