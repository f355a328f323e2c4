package io.piperelay.settings;

import io.piperelay.startup.StartException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
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
        profiles.forEach((name, settings) ->
                children.put(name, new ChildSettings("pipe.children." + name, settings, environment).child()));
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
        if (raw.path().startsWith(".children[")) {
            raw.refuseNameLostInYaml(raw.path());
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
}
