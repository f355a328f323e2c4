package io.piperelay.metrics;

import java.util.HashSet;
import java.util.Set;

/** The values of a tag, of which only so many are told apart, so that no program can fill the memory with meters. */
final class FewValues {

    /** In place of each value beyond. */
    static final String OTHER = "other";

    private final int most;
    private final Set<String> known = new HashSet<>();

    FewValues(int most) {
        this.most = most;
    }

    synchronized String known(String value) {
        return known.contains(value) || (known.size() < most && known.add(value)) ? value : OTHER;
    }
}
