package io.piperelay.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Which names are the same by Spring's relaxed binding, and which one a misspelt name was probably meant to be. */
final class Spelling {

    private Spelling() {}

    /** The same for {@code token-file}, {@code tokenFile} and {@code TOKEN_FILE}. */
    static String uniform(String name) {
        return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }

    static String nearest(String name, Collection<String> known) {
        return known.stream()
                .sorted()
                .min(Comparator.comparingInt(candidate -> distance(uniform(name), uniform(candidate))))
                .orElseThrow();
    }

    /** Whether one can have been meant for the other: at most a third of the letters differ. */
    static boolean isNear(String name, String other) {
        return 3 * distance(uniform(name), uniform(other)) <= Math.max(name.length(), other.length());
    }

    /** How many letters must be inserted, deleted or replaced to turn one into the other (Levenshtein). */
    static int distance(String one, String other) {
        int[] above = new int[other.length() + 1];
        for (int column = 0; column < above.length; column++) {
            above[column] = column;
        }
        for (int row = 1; row <= one.length(); row++) {
            int[] current = new int[above.length];
            current[0] = row;
            for (int column = 1; column < above.length; column++) {
                int replaced = above[column - 1] + (one.charAt(row - 1) == other.charAt(column - 1) ? 0 : 1);
                current[column] = Math.min(replaced, 1 + Math.min(above[column], current[column - 1]));
            }
            above = current;
        }
        return above[other.length()];
    }
}
