package io.piperelay.web;

import io.piperelay.bytes.Delimiter;
import io.piperelay.web.problem.ProblemException;
import io.piperelay.web.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request's query parameters, read strictly: what is unknown, repeated, empty or out of range is refused instead of
 * guessed.
 *
 * <p>They are taken from the query string alone. The servlet API's own parameters would be gathered from a form body too,
 * and that body is payload here.
 */
final class Query {

    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m)");
    private static final int LONGEST_DELIMITER = 1024;

    private final Map<String, String> values = new LinkedHashMap<>();

    private Query() {}

    static Query of(HttpServletRequest request, String... known) {
        var query = new Query();
        String text = request.getQueryString();
        if (text != null) {
            for (String pair : text.split("&", -1)) {
                if (!pair.isEmpty()) {
                    query.add(pair, List.of(known));
                }
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
        if (values.put(name, value) != null) {
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
        String value = values.getOrDefault(name, "false");
        if (!value.equals("true") && !value.equals("false")) {
            throw ProblemException.invalidParameter(name, "must be true or false.");
        }
        return value.equals("true");
    }

    @Nullable Long offset(String name) {
        String value = values.get(name);
        return value == null ? null : number(name, value, 0, Long.MAX_VALUE);
    }

    int integer(String name, int min, int max, int absent) {
        String value = values.get(name);
        return value == null ? absent : (int) number(name, value, min, max);
    }

    private static long number(String name, String value, long min, long max) {
        if (NUMBER.matcher(value).matches()) {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        }
        throw ProblemException.invalidParameter(
                name,
                max == Long.MAX_VALUE
                        ? "must be a decimal number, at least " + min + "."
                        : "must be a decimal number from " + min + " to " + max + ".");
    }

    @Nullable Duration duration(String name, Duration longest) {
        String value = values.get(name);
        if (value == null) {
            return null;
        }
        Matcher matcher = DURATION.matcher(value);
        if (matcher.matches()) {
            long amount = Long.parseLong(matcher.group(1));
            Duration duration = switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                default -> Duration.ofMinutes(amount);
            };
            if (duration.compareTo(longest) <= 0) {
                return duration;
            }
        }
        throw ProblemException.invalidParameter(
                name, "must be a duration such as 500ms, 5s or 1m, from 0s to " + longest.toMillis() + "ms.");
    }

    Duration duration(String name, Duration longest, Duration absent) {
        Duration duration = duration(name, longest);
        return duration == null ? absent : duration;
    }

    @Nullable String text(String name, int longest) {
        String value = values.get(name);
        if (value != null && value.length() > longest) {
            throw ProblemException.invalidParameter(name, "must be a text of at most " + longest + " characters.");
        }
        return value;
    }

    /** @param absent what the parameter's absence means */
    byte[] terminator(String name, byte[] absent) {
        String value = values.get(name);
        if (value == null) {
            return absent;
        }
        return switch (value) {
            case "lf" -> Delimiter.LF.bytes();
            case "nul" -> Delimiter.NUL.bytes();
            default -> throw ProblemException.invalidParameter(name, "must be lf or nul.");
        };
    }

    /** @param absent what the parameter's absence means */
    @Nullable Delimiter delimiter(String name, @Nullable Delimiter absent) {
        String value = values.get(name);
        if (value == null) {
            return absent;
        }
        return switch (value) {
            case "lf" -> Delimiter.LF;
            case "nul" -> Delimiter.NUL;
            default -> {
                if (value.codePointCount(0, value.length()) > LONGEST_DELIMITER) {
                    throw ProblemException.invalidParameter(
                            name, "must be lf, nul, or a text of at most " + LONGEST_DELIMITER + " characters.");
                }
                yield Delimiter.of(value);
            }
        };
    }
}
