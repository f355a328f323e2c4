package io.piperelay;

import io.piperelay.settings.ConfiguredChild;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The environment of a child: what its profile configures, and those of the service's own variables that the profile names,
 * or else those that a program needs to feel at home. What may be a secret of the service is passed only if it is named in
 * full.
 */
final class ChildEnvironment {

    private static final List<String> HOME_ON_POSIX =
            List.of("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "LC_*", "TZ", "TMPDIR");

    private static final List<String> HOME_ON_WINDOWS = List.of(
            "PATH",
            "PATHEXT",
            "COMSPEC",
            "SYSTEMROOT",
            "SYSTEMDRIVE",
            "WINDIR",
            "TEMP",
            "TMP",
            "USERNAME",
            "USERPROFILE",
            "HOMEDRIVE",
            "HOMEPATH",
            "APPDATA",
            "LOCALAPPDATA",
            "PROGRAMDATA",
            "PROGRAMFILES*",
            "COMMONPROGRAMFILES*",
            "NUMBER_OF_PROCESSORS",
            "PROCESSOR_ARCHITECTURE",
            "OS",
            "COMPUTERNAME");

    private static final List<String> OF_THE_SERVICE =
            List.of("PIPE_*", "SPRING_*", "SERVER_*", "MANAGEMENT_*", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS");

    /** What the JVM makes of bytes that are no text in the encoding of its locale; a child would get something else. */
    private static final char UNDECODABLE = '\uFFFD';

    private final boolean windows;
    private final Map<String, String> own = new HashMap<>();

    /**
     * @param windows where variables are known by their names in any case
     * @param own the service's own variables
     */
    ChildEnvironment(boolean windows, Map<String, String> own) {
        this.windows = windows;
        own.forEach((name, value) -> {
            // Windows keeps the current folder of each drive in variables named like "=C:".
            if (name.indexOf('=') < 0 && (name + value).indexOf(UNDECODABLE) < 0) {
                this.own.put(name, value);
            }
        });
    }

    /** All variables of the child. */
    Map<String, String> of(ConfiguredChild child) {
        List<String> inherited = child.inheritEnvironment();
        List<String> wanted = inherited != null ? inherited : windows ? HOME_ON_WINDOWS : HOME_ON_POSIX;
        Map<String, String> environment = new HashMap<>(child.environment());
        own.forEach((name, value) -> {
            if (isInherited(name, wanted)
                    && child.environment().keySet().stream().noneMatch(it -> isSame(it, name))) {
                environment.put(name, value);
            }
        });
        return environment;
    }

    private boolean isInherited(String name, List<String> wanted) {
        boolean secret = OF_THE_SERVICE.stream().anyMatch(pattern -> matches(pattern, name, true));
        return wanted.stream().anyMatch(pattern -> secret ? isSame(pattern, name) : matches(pattern, name, windows));
    }

    private static boolean matches(String pattern, String name, boolean inAnyCase) {
        int literal = pattern.endsWith("*") ? pattern.length() - 1 : Math.max(pattern.length(), name.length());
        return pattern.regionMatches(inAnyCase, 0, name, 0, literal);
    }

    private boolean isSame(String name, String other) {
        return windows ? name.equalsIgnoreCase(other) : name.equals(other);
    }
}
