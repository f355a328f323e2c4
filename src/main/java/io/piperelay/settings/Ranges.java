package io.piperelay.settings;

import io.piperelay.startup.StartException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.unit.DataSize;

/** Refuses values of settings that are out of range, naming the setting and its range as the operator would write them. */
public final class Ranges {

    /** More clients than any machine serves. */
    private static final int MOST_CLIENTS = 1_000_000;

    private Ranges() {}

    /** Refuses a time that is less than a millisecond or more than a day. */
    public static void check(String name, Duration value) {
        check(name, value, "1ms", "24h");
    }

    /** @param shortest the smallest accepted value, as it would be written as a setting; {@code longest} likewise */
    public static void check(String name, Duration value, String shortest, String longest) {
        if (value.compareTo(DurationStyle.SIMPLE.parse(shortest)) < 0
                || value.compareTo(DurationStyle.SIMPLE.parse(longest)) > 0) {
            throw new StartException(
                    name + " can't be " + text(value) + ": it is from " + shortest + " to " + longest + ".");
        }
    }

    /** @param smallest the smallest accepted value, as it would be written as a setting; {@code largest} likewise */
    public static void check(String name, DataSize value, String smallest, String largest) {
        if (value.compareTo(DataSize.parse(smallest)) < 0 || value.compareTo(DataSize.parse(largest)) > 0) {
            throw new StartException(name + " is from " + smallest + " to " + largest + ".");
        }
    }

    /** Refuses a number of clients that is less than one or more than a million; null is accepted. */
    public static void checkClients(String name, @Nullable Integer value) {
        if (value != null && (value < 1 || value > MOST_CLIENTS)) {
            throw new StartException(name + " can't be " + value + ": it is from 1 to " + MOST_CLIENTS + ".");
        }
    }

    /** A duration as it would be written as a setting. */
    public static String text(Duration duration) {
        if (duration.toMillisPart() != 0) {
            return duration.toMillis() + "ms";
        }
        return duration.toSeconds() % 3600 == 0 && !duration.isZero()
                ? duration.toHours() + "h"
                : duration.toSeconds() + "s";
    }
}
