package io.piperelay.web;

import static java.util.stream.Collectors.joining;

import io.piperelay.bytes.Delimiter;
import io.piperelay.web.problem.ProblemException;
import io.piperelay.web.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request's query parameters, read strictly: what is unknown, repeated, empty or out of range is refused, not guessed.
 *
 * <p>They are taken from the query string only. The servlet API's own parameters would also be read from a form body, which
 * is payload here.
 */
final class Query {

    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m)");
    private static final Map<String, ChronoUnit> UNITS =
            Map.of("ms", ChronoUnit.MILLIS, "s", ChronoUnit.SECONDS, "m", ChronoUnit.MINUTES);
    private static final Map<String, Delimiter> DELIMITERS =
            Map.of("lf", Delimiter.LF, "crlf", Delimiter.CRLF, "nul", Delimiter.NUL);
    private static final Map<String, Boolean> FLAGS = Map.of("true", true, "false", false);
    private static final int LONGEST_DELIMITER = 1024;

    private static final int MOST_DELIMITERS = 8;

    /** The only parameter that may be repeated. */
    private static final String UNTIL = "until";

    /** Converts a parameter's value; null if it is invalid. */
    private interface Reading<T> {
        @Nullable T of(String value);
    }

    private final Map<String, String> values = new HashMap<>();
    private final List<String> until = new ArrayList<>();

    private Query() {}

    /** For a route that takes no parameters: refuses any. */
    static void refuseAny(HttpServletRequest request) {
        of(request);
    }

    static Query of(HttpServletRequest request, String... known) {
        var query = new Query();
        for (String pair :
                Objects.requireNonNullElse(request.getQueryString(), "").split("&", -1)) {
            if (!pair.isEmpty()) {
                query.add(pair, List.of(known));
            }
        }
        return query;
    }

    private void add(String pair, List<String> known) {
        int equals = pair.indexOf('=');
        String name = decode(equals < 0 ? pair : pair.substring(0, equals));
        if (!known.contains(name)) {
            throw new ProblemException(
                    ProblemType.INVALID_PARAMETER,
                    known.isEmpty()
                            ? "This route takes no parameters."
                            : "A parameter is unknown. This route takes: " + String.join(", ", known) + ".");
        }
        String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
        if (value.isEmpty()) {
            throw ProblemException.invalidParameter(name, "must not be empty.");
        }
        if (name.equals(UNTIL)) {
            until.add(value);
        } else if (values.put(name, value) != null) {
            throw ProblemException.invalidParameter(name, "must not be repeated.");
        }
    }

    private static String decode(String encoded) {
        try {
            byte[] bytes =
                    URLDecoder.decode(encoded, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.ISO_8859_1);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw new ProblemException(ProblemType.INVALID_PARAMETER, "The query is not percent-encoded UTF-8.");
        }
    }

    boolean flag(String name) {
        return Boolean.TRUE.equals(value(name, FLAGS::get, () -> "must be true or false."));
    }

    @Nullable Long offset(String name) {
        return value(name, value -> asNumber(value, 0, Long.MAX_VALUE), () -> "must be a decimal number, at least 0.");
    }

    int integer(String name, int min, int max, int absent) {
        Long number = value(
                name,
                value -> asNumber(value, min, max),
                () -> "must be a decimal number from " + min + " to " + max + ".");
        return number == null ? absent : number.intValue();
    }

    private static @Nullable Long asNumber(String value, long min, long max) {
        if (!NUMBER.matcher(value).matches()) {
            return null;
        }
        long number = Long.parseLong(value);
        return number >= min && number <= max ? number : null;
    }

    @Nullable Duration duration(String name, Duration longest) {
        return value(
                name,
                value -> asDuration(value, longest),
                () -> "must be a duration such as 500ms, 5s or 1m, from 0s to " + longest.toMillis() + "ms.");
    }

    Duration duration(String name, Duration longest, Duration absent) {
        return Objects.requireNonNullElse(duration(name, longest), absent);
    }

    private static @Nullable Duration asDuration(String value, Duration longest) {
        Matcher matcher = DURATION.matcher(value);
        if (!matcher.matches()) {
            return null;
        }
        Duration duration = Duration.of(Long.parseLong(matcher.group(1)), UNITS.get(matcher.group(2)));
        return duration.compareTo(longest) <= 0 ? duration : null;
    }

    @Nullable String text(String name, int longest) {
        return value(
                name,
                value -> value.length() <= longest ? value : null,
                () -> "must be a text of at most " + longest + " characters.");
    }

    /** One of these, by its name; not optional. */
    <T> T choice(String name, List<T> choices) {
        T chosen = optionalChoice(name, choices);
        if (chosen == null) {
            throw ProblemException.invalidParameter(name, oneOf(choices));
        }
        return chosen;
    }

    <T> @Nullable T optionalChoice(String name, List<T> choices) {
        return value(
                name,
                value -> choices.stream()
                        .filter(choice -> choice.toString().equals(value))
                        .findFirst()
                        .orElse(null),
                () -> oneOf(choices));
    }

    private static String oneOf(List<?> choices) {
        return "must be one of " + choices.stream().map(Object::toString).collect(joining(", ")) + ".";
    }

    /** Refuses these parameters, if they are given. */
    void refuse(List<String> names, String reason) {
        for (String name : names) {
            if (values.containsKey(name) || (name.equals(UNTIL) && !until.isEmpty())) {
                throw ProblemException.invalidParameter(name, reason);
            }
        }
    }

    @Nullable Delimiter terminator(String name) {
        return value(name, DELIMITERS::get, () -> "must be lf, crlf or nul.");
    }

    /** The delimiters that {@code until} names; none if it is not given. */
    List<Delimiter> until() {
        if (until.size() > MOST_DELIMITERS) {
            throw ProblemException.invalidParameter(
                    UNTIL, "must not be given more than " + MOST_DELIMITERS + " times.");
        }
        List<Delimiter> delimiters = new ArrayList<>(until.size());
        for (String value : until) {
            delimiters.add(read(
                    UNTIL,
                    value,
                    Query::asDelimiter,
                    () -> "must be lf, crlf, nul, or a text of at most " + LONGEST_DELIMITER + " characters."));
        }
        return delimiters;
    }

    private static @Nullable Delimiter asDelimiter(String value) {
        Delimiter named = DELIMITERS.get(value);
        if (named != null) {
            return named;
        }
        return value.codePointCount(0, value.length()) <= LONGEST_DELIMITER ? Delimiter.of(value) : null;
    }

    /** The parameter's converted value; null if it is not given. What is expected is put into words only for a refusal. */
    private <T> @Nullable T value(String name, Reading<T> reading, Supplier<String> expectation) {
        String value = values.get(name);
        return value == null ? null : read(name, value, reading, expectation);
    }

    private static <T> T read(String name, String value, Reading<T> reading, Supplier<String> expectation) {
        T read = reading.of(value);
        if (read == null) {
            throw ProblemException.invalidParameter(name, expectation.get());
        }
        return read;
    }
}
