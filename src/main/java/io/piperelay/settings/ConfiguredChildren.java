package io.piperelay.settings;

import io.piperelay.bytes.Framing;
import io.piperelay.bytes.TextEncoding;
import io.piperelay.bytes.UnmappableTextException;
import io.piperelay.restart.RestartPolicy;
import io.piperelay.startup.Failures;
import io.piperelay.startup.StartException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Reads the child profiles. Spring's own binding would change their names ({@code A_B} and {@code AB} are the same to
 * it, and {@code python3.11} is a profile {@code python3}), and would put the service's own environment into a child's
 * arguments ({@code ${HOME}}).
 *
 * <p>As with Spring, the most specific source wins: for each setting, and for each variable of an environment; a command
 * comes from one source as a whole. Placeholders are replaced in all settings but commands, environments and
 * stop-input. An environment variable means the profile of another source that has the same letters and digits, if there is one.
 */
public final class ConfiguredChildren {

    static final Duration DEFAULT_GRACE = Duration.ofSeconds(2);
    private static final Duration LONGEST_GRACE = Duration.ofHours(1);

    private static final RestartPolicy DEFAULT_RESTART =
            new RestartPolicy(RestartPolicy.When.NEVER, Duration.ofSeconds(1), Duration.ofMinutes(1), 5);

    private static final Duration LONGEST_DELAY = Duration.ofHours(24);
    private static final int LONGEST_STOP_INPUT = 4096;

    /** What YAML turns names such as 3.10, 010 or on into, so that what was written is lost. */
    private static final Pattern NO_TEXT_IN_YAML =
            Pattern.compile(".*\\[(true|false|null|-?(\\d+(\\.\\d+)?(E-?\\d+)?|Infinity|NaN))].*", Pattern.DOTALL);

    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}]");

    private final ConfigurableEnvironment environment;
    private final Map<String, Map<ChildSetting, Map<String, RawSetting>>> profiles = new LinkedHashMap<>();

    private ConfiguredChildren(ConfigurableEnvironment environment) {
        this.environment = environment;
    }

    /**
     * The profiles by name.
     *
     * @throws StartException if a profile is invalid or ambiguous
     */
    public static Map<String, ConfiguredChild> in(ConfigurableEnvironment environment) {
        return new ConfiguredChildren(environment).children();
    }

    private Map<String, ConfiguredChild> children() {
        Map<RawSetting, ChildSettingName> names = new LinkedHashMap<>();
        for (RawSetting raw : RawSetting.all(environment)) {
            ChildSettingName name = ChildSettingName.of(raw);
            if (name != null) {
                names.put(raw, name);
            }
        }
        names.forEach((raw, name) -> {
            if (!raw.isVariable()) {
                refuseBadName(raw, name.profile());
                profiles.computeIfAbsent(name.profile(), any -> new LinkedHashMap<>());
            }
        });
        refuseAlikeNames();
        names.forEach((raw, name) -> add(raw, name, raw.isVariable() ? meant(raw, name.profile()) : name.profile()));
        Map<String, ConfiguredChild> children = new LinkedHashMap<>();
        profiles.forEach((name, settings) -> children.put(name, child(name, settings)));
        return children;
    }

    private static void refuseBadName(RawSetting raw, String profile) {
        if (profile.isBlank()
                || !profile.equals(profile.strip())
                || CONTROL.matcher(profile).find()) {
            throw raw.refused(
                    "names no profile: a name must not be empty, contain control characters, or begin or end with a blank");
        }
        if (profile.indexOf('[') >= 0 || profile.indexOf(']') >= 0) {
            throw raw.refused("has brackets in the middle of a profile's name");
        }
        if (raw.yaml() != null
                && NO_TEXT_IN_YAML.matcher(raw.path()).matches()
                && raw.path().startsWith(".children[")) {
            throw raw.refused("is a number or boolean to YAML, and not the name that was written: put it in quotes,"
                    + " and not in brackets");
        }
    }

    private void refuseAlikeNames() {
        Map<String, String> seen = new LinkedHashMap<>();
        profiles.keySet().forEach(name -> {
            String other = seen.put(Spelling.uniform(name), name);
            if (other != null) {
                throw new StartException("The profiles pipe.children." + other + " and pipe.children." + name
                        + " differ only by case, hyphens or underscores, and could be mistaken for each other."
                        + " Write the name in one way.");
            }
        });
    }

    /** The profile that a variable means, whose name has no hyphens, dots or lower-case letters. */
    private String meant(RawSetting raw, String written) {
        List<String> alike = profiles.keySet().stream()
                .filter(name -> lettersAndDigits(name).equals(lettersAndDigits(written)))
                .toList();
        if (alike.size() > 1 && !alike.contains(written)) {
            throw raw.refused("could mean each of the profiles " + String.join(", ", alike) + ": set it in a file");
        }
        return alike.size() == 1 ? alike.get(0) : written;
    }

    private static String lettersAndDigits(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
    }

    @SuppressWarnings("ReferenceEquality") // Two sources may be equal.
    private void add(RawSetting raw, ChildSettingName name, String profile) {
        Map<String, RawSetting> members = profiles.computeIfAbsent(profile, any -> new LinkedHashMap<>())
                .computeIfAbsent(name.setting(), any -> new LinkedHashMap<>());
        boolean whole = name.setting().shape() != ChildSetting.Shape.NAMED_VALUES;
        RawSetting other = whole ? members.values().stream().findFirst().orElse(null) : members.get(name.member());
        if (other == null) {
            members.put(name.member(), raw);
        } else if (other.source() == raw.source()) {
            if (members.containsKey(name.member())
                    || members.containsKey("")
                    || name.member().isEmpty()) {
                throw raw.refused("is set twice, the other time as " + other.name());
            }
            members.put(name.member(), raw);
        }
    }

    private ConfiguredChild child(String name, Map<ChildSetting, Map<String, RawSetting>> settings) {
        var child = new Settings("pipe.children." + name, settings);
        return new ConfiguredChild(
                child.command(),
                child.value(ChildSetting.WORKING_DIRECTORY, ConfiguredChildren::path, null),
                child.environment(),
                child.inheritEnvironment(),
                child.valueOr(ChildSetting.PIPELINING, ConfiguredChildren::flag, false),
                child.encoding(),
                child.valueOr(ChildSetting.FRAMING, ConfiguredChildren::framing, Framing.NONE),
                child.restart(),
                child.valueOr(ChildSetting.STOP_GRACE, ConfiguredChildren::grace, DEFAULT_GRACE),
                child.stopInput());
    }

    private static Path path(String text) {
        return Path.of(text);
    }

    private static boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("it is true or false");
        };
    }

    private static @Nullable TextEncoding encoding(String text) {
        Charset charset;
        try {
            charset = Charset.forName(text);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            // The exception's message is the name alone.
            throw new IllegalArgumentException("it is a charset that Java knows, such as GBK or windows-1252");
        }
        return TextEncoding.of(charset);
    }

    private static Framing framing(String text) {
        for (Framing framing : Framing.values()) {
            if (framing.toString().equals(text)) {
                return framing;
            }
        }
        throw new IllegalArgumentException("it is one of "
                + Stream.of(Framing.values()).map(Framing::toString).collect(Collectors.joining(", ")));
    }

    private static Duration grace(String text) {
        return duration(text, Duration.ZERO, "0s", LONGEST_GRACE);
    }

    private static Duration delay(String text) {
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

    private static RestartPolicy.When when(String text) {
        return switch (text) {
            case "never" -> RestartPolicy.When.NEVER;
            case "on-failure" -> RestartPolicy.When.ON_FAILURE;
            case "always" -> RestartPolicy.When.ALWAYS;
            default -> throw new IllegalArgumentException("it is never, on-failure or always");
        };
    }

    private static int restartLimit(String text) {
        if (text.matches("[1-9]\\d{0,5}")) {
            return Integer.parseInt(text);
        }
        throw new IllegalArgumentException("it is a number from 1 to 999999");
    }

    /** All that is set for one profile. */
    private final class Settings {

        private final String name;
        private final Map<ChildSetting, Map<String, RawSetting>> settings;

        Settings(String name, Map<ChildSetting, Map<String, RawSetting>> settings) {
            this.name = name;
            this.settings = settings;
        }

        private Map<String, RawSetting> members(ChildSetting setting) {
            return settings.getOrDefault(setting, Map.of());
        }

        List<String> command() {
            Map<String, RawSetting> members = members(ChildSetting.COMMAND);
            List<String> command = list(ChildSetting.COMMAND);
            if (command.isEmpty() || command.get(0).isBlank()) {
                String where = members.values().stream()
                        .map(RawSetting::toString)
                        .findFirst()
                        .orElse(name + ".command");
                throw new StartException(where + (members.isEmpty() ? " is missing" : " names no program")
                        + ": it is a list of a program and its arguments.");
            }
            members.values().forEach(raw -> refuseNul(raw, raw.list().toString()));
            return command;
        }

        private List<String> list(ChildSetting setting) {
            Map<String, RawSetting> members = members(setting);
            RawSetting whole = members.get("");
            if (whole != null) {
                return whole.list();
            }
            List<String> list = new ArrayList<>();
            for (int i = 0; i < members.size(); i++) {
                RawSetting raw = members.get(Integer.toString(i));
                if (raw == null) {
                    throw new StartException(name + "." + setting.text() + "[" + i + "] is missing, though there is "
                            + members.values().iterator().next() + ".");
                }
                list.add(raw.text());
            }
            return list;
        }

        Map<String, String> environment() {
            Map<String, String> environment = new LinkedHashMap<>();
            members(ChildSetting.ENVIRONMENT).forEach((variable, raw) -> {
                if (!variable.isEmpty() || raw.name().endsWith("[]")) {
                    refuseBadVariable(raw, variable);
                    environment.put(variable, raw.text());
                } else if (!raw.isBlank()) {
                    throw raw.refused("has no value of its own: it is a map of names and values");
                }
            });
            return environment;
        }

        private void refuseBadVariable(RawSetting raw, String variable) {
            refuseNul(raw, variable + raw.text());
            refuseBadName(raw, variable);
            if (raw.value() instanceof Collection<?>) {
                throw raw.refused("is a list; a variable has one value");
            }
            if (raw.yaml() != null
                    && raw.name().endsWith("[" + variable + "]")
                    && NO_TEXT_IN_YAML.matcher("[" + variable + "]").matches()) {
                throw raw.refused("is a number or boolean to YAML, and not the name that was written: put it in"
                        + " quotes, and not in brackets");
            }
        }

        private void refuseBadName(RawSetting raw, String variable) {
            if (variable.isEmpty() || variable.indexOf('=') >= 0) {
                throw raw.refused("names no variable: a name is not empty, and has no '='");
            }
        }

        @Nullable List<String> inheritEnvironment() {
            Map<String, RawSetting> members = members(ChildSetting.INHERIT_ENVIRONMENT);
            members.forEach((index, raw) -> {
                for (String variable : index.isEmpty() ? raw.list() : List.of(raw.text())) {
                    refuseNul(raw, variable);
                    refuseBadName(raw, variable);
                    if (variable.indexOf('*') >= 0 && variable.indexOf('*') < variable.length() - 1) {
                        throw raw.refused("can have '*' only at the end of a name");
                    }
                }
            });
            return members.isEmpty() ? null : list(ChildSetting.INHERIT_ENVIRONMENT);
        }

        @Nullable TextEncoding encoding() {
            return value(ChildSetting.CHARSET, ConfiguredChildren::encoding, null);
        }

        /** As it is written: a line's end may be all that matters, and what looks like a placeholder is the child's. */
        String stopInput() {
            RawSetting raw = members(ChildSetting.STOP_INPUT).get("");
            if (raw == null) {
                return "";
            }
            String text = raw.text();
            if (raw.value() instanceof Collection<?>) {
                throw raw.refused("is a list; it is one text");
            }
            if (text.isEmpty() || text.length() > LONGEST_STOP_INPUT) {
                throw raw.refused("is a text of 1 to " + LONGEST_STOP_INPUT + " characters");
            }
            if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
                throw raw.refused("has half of a surrogate pair, which is no character");
            }
            refuseUnmappable(raw, text);
            return text;
        }

        private void refuseUnmappable(RawSetting raw, String text) {
            TextEncoding encoding = encoding();
            if (encoding != null) {
                byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
                try {
                    encoding.encode(utf8, utf8.length, "");
                } catch (UnmappableTextException e) {
                    throw raw.refused("can't be written in the child's charset: " + Failures.reason(e));
                }
            }
        }

        RestartPolicy restart() {
            RestartPolicy.When when = valueOr(ChildSetting.RESTART, ConfiguredChildren::when, DEFAULT_RESTART.when());
            Duration delay = valueOr(ChildSetting.RESTART_DELAY, ConfiguredChildren::delay, DEFAULT_RESTART.delay());
            Duration longest = valueOr(
                    ChildSetting.RESTART_DELAY_MAX,
                    ConfiguredChildren::delay,
                    delay.compareTo(DEFAULT_RESTART.longestDelay()) > 0 ? delay : DEFAULT_RESTART.longestDelay());
            if (longest.compareTo(delay) < 0) {
                throw new StartException(name + ".restart-delay-max is shorter than restart-delay.");
            }
            int limit = valueOr(ChildSetting.RESTART_LIMIT, ConfiguredChildren::restartLimit, DEFAULT_RESTART.limit());
            return new RestartPolicy(when, delay, longest, limit);
        }

        private void refuseNul(RawSetting raw, String text) {
            if (text.indexOf('\0') >= 0) {
                throw raw.refused("has a NUL character, which no system can pass to a child");
            }
        }

        <T> T valueOr(ChildSetting setting, Function<String, T> conversion, T absent) {
            return Objects.requireNonNull(value(setting, conversion, absent));
        }

        /** A value with its placeholders replaced, or {@code absent}. */
        <T> @Nullable T value(ChildSetting setting, Function<String, @Nullable T> conversion, @Nullable T absent) {
            RawSetting raw = members(setting).get("");
            if (raw == null) {
                return absent;
            }
            try {
                String text =
                        environment.resolveRequiredPlaceholders(raw.text()).strip();
                if (text.isEmpty()) {
                    throw raw.refused("is empty");
                }
                return conversion.apply(text);
            } catch (InvalidPathException e) {
                throw raw.refused("can't be a folder: " + e.getReason());
            } catch (IllegalArgumentException e) {
                throw raw.refused("can't be '" + raw.text() + "': " + Failures.reason(e));
            }
        }
    }
}
