package io.piperelay.settings;

import io.piperelay.bytes.Framing;
import io.piperelay.bytes.TextEncoding;
import io.piperelay.bytes.UnmappableTextException;
import io.piperelay.restart.RestartPolicy;
import io.piperelay.startup.Failures;
import io.piperelay.startup.StartException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.ConfigurableEnvironment;

/** All that is set for one profile, and what it means. */
final class ChildSettings {

    static final Duration DEFAULT_GRACE = Duration.ofSeconds(2);

    private static final RestartPolicy DEFAULT_RESTART =
            new RestartPolicy(RestartPolicy.When.NEVER, Duration.ofSeconds(1), Duration.ofMinutes(1), 5);

    private static final int LONGEST_STOP_INPUT = 4096;

    private final String name;
    private final Map<ChildSetting, Map<String, RawSetting>> settings;
    private final ConfigurableEnvironment environment;

    /** @param name {@code pipe.children.<name>} */
    ChildSettings(
            String name, Map<ChildSetting, Map<String, RawSetting>> settings, ConfigurableEnvironment environment) {
        this.name = name;
        this.settings = settings;
        this.environment = environment;
    }

    /** @throws StartException if anything is invalid */
    ConfiguredChild child() {
        return new ConfiguredChild(
                command(),
                value(ChildSetting.WORKING_DIRECTORY, Path::of, null),
                environment(),
                inheritEnvironment(),
                valueOr(ChildSetting.PIPELINING, ChildValues::flag, false),
                encoding(),
                valueOr(ChildSetting.FRAMING, ChildValues::framing, Framing.NONE),
                restart(),
                valueOr(ChildSetting.STOP_GRACE, ChildValues::grace, DEFAULT_GRACE),
                stopInput());
    }

    private Map<String, RawSetting> members(ChildSetting setting) {
        return settings.getOrDefault(setting, Map.of());
    }

    private List<String> command() {
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

    private Map<String, String> environment() {
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
        if (raw.name().endsWith("[" + variable + "]")) {
            raw.refuseNameLostInYaml("[" + variable + "]");
        }
    }

    private void refuseBadName(RawSetting raw, String variable) {
        if (variable.isEmpty() || variable.indexOf('=') >= 0) {
            throw raw.refused("names no variable: a name is not empty, and has no '='");
        }
    }

    private @Nullable List<String> inheritEnvironment() {
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

    private @Nullable TextEncoding encoding() {
        return value(ChildSetting.CHARSET, ChildValues::encoding, null);
    }

    /** As it is written: a line's end may be all that matters, and what looks like a placeholder is the child's. */
    private String stopInput() {
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

    private RestartPolicy restart() {
        RestartPolicy.When when = valueOr(ChildSetting.RESTART, ChildValues::when, DEFAULT_RESTART.when());
        Duration delay = valueOr(ChildSetting.RESTART_DELAY, ChildValues::delay, DEFAULT_RESTART.delay());
        Duration longest = valueOr(
                ChildSetting.RESTART_DELAY_MAX,
                ChildValues::delay,
                delay.compareTo(DEFAULT_RESTART.longestDelay()) > 0 ? delay : DEFAULT_RESTART.longestDelay());
        if (longest.compareTo(delay) < 0) {
            throw new StartException(name + ".restart-delay-max is shorter than restart-delay.");
        }
        int limit = valueOr(ChildSetting.RESTART_LIMIT, ChildValues::restartLimit, DEFAULT_RESTART.limit());
        return new RestartPolicy(when, delay, longest, limit);
    }

    private void refuseNul(RawSetting raw, String text) {
        if (text.indexOf('\0') >= 0) {
            throw raw.refused("has a NUL character, which no system can pass to a child");
        }
    }

    private <T> T valueOr(ChildSetting setting, Function<String, T> conversion, T absent) {
        return Objects.requireNonNull(value(setting, conversion, absent));
    }

    /** A value with its placeholders replaced, or {@code absent}. */
    private <T> @Nullable T value(ChildSetting setting, Function<String, @Nullable T> conversion, @Nullable T absent) {
        RawSetting raw = members(setting).get("");
        if (raw == null) {
            return absent;
        }
        try {
            String text = environment.resolveRequiredPlaceholders(raw.text()).strip();
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
