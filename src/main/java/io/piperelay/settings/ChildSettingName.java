package io.piperelay.settings;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The name of a child's setting, parsed. A profile's name may contain dots ({@code python3.11}), or underscores in an
 * environment variable: it ends before the first setting name for which the rest makes sense.
 *
 * @param profile the profile's name as written; in lower case if it comes from a variable in capitals
 * @param member an index, the name of a value, or empty if the setting is meant as a whole
 */
record ChildSettingName(String profile, ChildSetting setting, String member) {

    /** @return null if there is no such setting */
    static @Nullable ChildSettingName of(RawSetting raw) {
        String path = raw.pathBelowChildren();
        if (path == null || path.isEmpty()) {
            return null;
        }
        return raw.isVariable() ? inVariable(path.substring(1)) : inText(path);
    }

    private static @Nullable ChildSettingName inText(String path) {
        if (path.startsWith("[")) {
            int end = path.indexOf("].");
            return end < 0 ? null : of(path.substring(1, end), path.substring(end + 2));
        }
        for (int dot = path.indexOf('.', 1); dot > 0; dot = path.indexOf('.', dot + 1)) {
            ChildSettingName name = of(path.substring(1, dot), path.substring(dot + 1));
            if (name != null) {
                return name;
            }
        }
        return null;
    }

    private static @Nullable ChildSettingName of(String profile, String path) {
        String word = path.split("[.\\[]", 2)[0];
        for (ChildSetting setting : ChildSetting.values()) {
            if (Spelling.uniform(word).equals(Spelling.uniform(setting.text()))) {
                String member = setting.shape().member(path.substring(word.length()));
                return member == null ? null : new ChildSettingName(profile, setting, member);
            }
        }
        return null;
    }

    private static @Nullable ChildSettingName inVariable(String path) {
        for (int bar = path.indexOf('_', 1); bar > 0; bar = path.indexOf('_', bar + 1)) {
            ChildSettingName name = ofVariable(path.substring(0, bar), path.substring(bar + 1));
            if (name != null) {
                return name;
            }
        }
        return null;
    }

    private static @Nullable ChildSettingName ofVariable(String profile, String path) {
        for (ChildSetting setting : ChildSetting.values()) {
            for (String word : setting.variables()) {
                String member = path.equalsIgnoreCase(word)
                        ? ""
                        : path.regionMatches(true, 0, word + "_", 0, word.length() + 1)
                                ? setting.shape().memberInVariable(path.substring(word.length() + 1))
                                : null;
                if (member != null) {
                    return new ChildSettingName(lowerIfAllCapitals(profile), setting, member);
                }
            }
        }
        return null;
    }

    private static String lowerIfAllCapitals(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return name.equals(name.toUpperCase(Locale.ROOT)) ? lower : name;
    }
}
