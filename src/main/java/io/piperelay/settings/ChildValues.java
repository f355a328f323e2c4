package io.piperelay.settings;

import io.piperelay.bytes.Framing;
import io.piperelay.bytes.TextEncoding;
import io.piperelay.restart.RestartPolicy;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/** What the values of a child's settings may be. Each method throws an IllegalArgumentException that says so. */
final class ChildValues {

    private static final Duration LONGEST_GRACE = Duration.ofHours(1);
    private static final Duration LONGEST_DELAY = Duration.ofHours(24);

    private ChildValues() {}

    static boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("it is true or false");
        };
    }

    static @Nullable TextEncoding encoding(String text) {
        Charset charset;
        try {
            charset = Charset.forName(text);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            // The exception's message is the name alone.
            throw new IllegalArgumentException("it is a charset that Java knows, such as GBK or windows-1252");
        }
        return TextEncoding.of(charset);
    }

    static Framing framing(String text) {
        for (Framing framing : Framing.values()) {
            if (framing.toString().equals(text)) {
                return framing;
            }
        }
        throw new IllegalArgumentException("it is one of "
                + Stream.of(Framing.values()).map(Framing::toString).collect(Collectors.joining(", ")));
    }

    static Duration grace(String text) {
        return duration(text, Duration.ZERO, "0s", LONGEST_GRACE);
    }

    static Duration delay(String text) {
        return duration(text, Duration.ofMillis(1), "1ms", LONGEST_DELAY);
    }

    private static Duration duration(String text, Duration shortest, String shown, Duration longest) {
        try {
            Duration duration = DurationStyle.detectAndParse(text);
            if (duration.compareTo(shortest) >= 0 && duration.compareTo(longest) <= 0) {
                return duration;
            }
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
            // Refused with the same message.
        }
        throw new IllegalArgumentException("it is a duration from " + shown + " to " + Ranges.text(longest));
    }

    static RestartPolicy.When when(String text) {
        return switch (text) {
            case "never" -> RestartPolicy.When.NEVER;
            case "on-failure" -> RestartPolicy.When.ON_FAILURE;
            case "always" -> RestartPolicy.When.ALWAYS;
            default -> throw new IllegalArgumentException("it is never, on-failure or always");
        };
    }

    static int restartLimit(String text) {
        if (text.matches("[1-9]\\d{0,5}")) {
            return Integer.parseInt(text);
        }
        throw new IllegalArgumentException("it is a number from 1 to 999999");
    }
}
