package io.piperelay.settings;

import io.piperelay.startup.StartException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.Resource;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * A setting below {@code pipe} as it is in its source: with the name as written, and without placeholders replaced.
 *
 * @param name as written
 * @param path the name without {@code pipe} or {@code PIPE_}; begins with a dot or a bracket unless it is a variable's
 * @param value a text, a number, a boolean, or a list of them; never null
 */
record RawSetting(String name, String path, Object value, PropertySource<?> source) {

    private static final Pattern BELOW_PIPE = Pattern.compile("([^.\\[]+)(.*)", Pattern.DOTALL);
    private static final String VARIABLE_PREFIX = "PIPE_";

    /** What YAML may read as something other than text, if it is not in quotes. */
    private static final Pattern PLAIN_SCALAR = Pattern.compile("[-+.:\\w]+");

    /** What YAML turns names such as 3.10, 010 or on into, so that what was written is lost. */
    private static final Pattern NO_TEXT_IN_YAML =
            Pattern.compile(".*\\[(true|false|null|-?(\\d+(\\.\\d+)?(E-?\\d+)?|Infinity|NaN))].*", Pattern.DOTALL);

    /** All of them, in order of precedence. */
    static List<RawSetting> all(ConfigurableEnvironment environment) {
        List<RawSetting> all = new ArrayList<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> enumerable) {
                for (String name : enumerable.getPropertyNames()) {
                    String path = path(name, source);
                    if (path != null) {
                        all.add(new RawSetting(
                                name, path, Objects.requireNonNullElse(source.getProperty(name), ""), source));
                    }
                }
            }
        }
        return all;
    }

    private static @Nullable String path(String name, PropertySource<?> source) {
        boolean variable = source instanceof SystemEnvironmentPropertySource;
        if (variable && name.regionMatches(true, 0, VARIABLE_PREFIX, 0, VARIABLE_PREFIX.length())) {
            return orNull(name.substring(VARIABLE_PREFIX.length()));
        }
        Matcher below = BELOW_PIPE.matcher(name);
        if (!below.matches() || !Spelling.uniform(below.group(1)).equals("pipe")) {
            return null;
        }
        return variable ? orNull(below.group(2)) : below.group(2);
    }

    /** A variable called just PIPE is not a setting of the service. */
    private static @Nullable String orNull(String path) {
        return path.isEmpty() ? null : path;
    }

    /** Whether it is the whole group {@code pipe}, as when a file has the word and nothing below it. */
    boolean isGroup() {
        return path.isEmpty();
    }

    /** Whether it is an environment variable, whose name is less exact, and may belong to another program. */
    boolean isVariable() {
        return !path.isEmpty() && !path.startsWith(".") && !path.startsWith("[");
    }

    /** What follows {@code pipe.children}, or null if it is not a setting of a child. */
    @Nullable String pathBelowChildren() {
        if (isVariable()) {
            String upper = path.toUpperCase(Locale.ROOT);
            return upper.equals("CHILDREN") || upper.startsWith("CHILDREN_")
                    ? path.substring("CHILDREN".length())
                    : null;
        }
        Matcher below = path.startsWith(".") ? BELOW_PIPE.matcher(path.substring(1)) : BELOW_PIPE.matcher("");
        return below.matches() && Spelling.uniform(below.group(1)).equals("children") ? below.group(2) : null;
    }

    boolean isBlank() {
        return value instanceof Collection<?> list ? list.isEmpty() : text().isBlank();
    }

    /** The value as written: YAML would turn {@code 010} and {@code yes} into 8 and true. */
    String text() {
        if (value instanceof Number || value instanceof Boolean) {
            String written = writtenInYaml();
            return written == null ? value.toString() : written;
        }
        return value.toString();
    }

    private @Nullable String writtenInYaml() {
        TextResourceOrigin place = yaml();
        if (place == null || place.getLocation() == null || place.getResource() == null) {
            return null;
        }
        try {
            String line = place.getResource()
                    .getContentAsString(StandardCharsets.UTF_8)
                    .lines()
                    .skip(place.getLocation().getLine())
                    .findFirst()
                    .orElse("");
            Matcher scalar = PLAIN_SCALAR.matcher(line);
            int column = line.offsetByCodePoints(0, place.getLocation().getColumn());
            return scalar.find(column) && scalar.start() == column && value.equals(new Yaml().load(scalar.group()))
                    ? scalar.group()
                    : null;
        } catch (IOException | IndexOutOfBoundsException | YAMLException e) {
            return null;
        }
    }

    /** Where it was written, if in a YAML file, where a name may have become something else. */
    private @Nullable TextResourceOrigin yaml() {
        return OriginLookup.getOrigin(source, name) instanceof TextResourceOrigin place
                        && file(place).matches(".*\\.ya?ml")
                ? place
                : null;
    }

    /** @param inBrackets a part of its name */
    void refuseNameLostInYaml(String inBrackets) {
        if (yaml() != null && NO_TEXT_IN_YAML.matcher(inBrackets).matches()) {
            throw refused("is a number or boolean to YAML, and not the name that was written: put it in quotes,"
                    + " and not in brackets");
        }
    }

    /** The value as a list; a text is split at commas, as everywhere in Spring. */
    List<String> list() {
        if (value instanceof Collection<?> list) {
            return list.stream().map(String::valueOf).toList();
        }
        String text = text();
        return text.isBlank()
                ? List.of()
                : List.of(text.split(",", -1)).stream().map(String::strip).toList();
    }

    StartException refused(String why) {
        return new StartException(this + " " + why + ".");
    }

    /** Its name and where it was written. */
    @Override
    public String toString() {
        Origin origin = OriginLookup.getOrigin(source, name);
        if (origin instanceof TextResourceOrigin place && place.getLocation() != null) {
            return name + " (" + file(place) + ", line " + (place.getLocation().getLine() + 1) + ")";
        }
        return name;
    }

    private static String file(TextResourceOrigin place) {
        Resource resource = place.getResource();
        return resource == null ? "" : Objects.toString(resource.getFilename(), resource.getDescription());
    }
}
