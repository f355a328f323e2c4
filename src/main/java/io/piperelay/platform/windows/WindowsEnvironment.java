package io.piperelay.platform.windows;

import static com.sun.jna.platform.win32.WinError.ERROR_INVALID_PARAMETER;

import io.piperelay.platform.NativeCallException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A child's variables, in <a href="https://learn.microsoft.com/windows/win32/procthread/changing-environment-variables">
 * Windows' order</a>: by name without regard to case or locale. Of names that differ only in case, the one with the first
 * upper-case letter counts.
 */
final class WindowsEnvironment {

    private static final String SYSTEM_ROOT = "SystemRoot";

    /** As CompareStringOrdinal does: by UTF-16 unit, after replacing each by its upper-case one. */
    private static final Comparator<String> ORDER = Comparator.comparing(
            name -> name.chars().map(c -> Character.toUpperCase((char) c)).toArray(), Arrays::compare);

    private final SortedMap<String, String> variables = new TreeMap<>(ORDER);

    private WindowsEnvironment() {}

    /**
     * @param systemRoot the service's own {@code SystemRoot}, without which Windows finds none of its libraries; added
     *     if the variables do not include it
     * @throws NativeCallException as if by CreateProcess, for what would become other variables
     */
    static WindowsEnvironment of(Map<String, String> variables, @Nullable String systemRoot)
            throws NativeCallException {
        var environment = new WindowsEnvironment();
        for (Map.Entry<String, String> variable : new TreeMap<>(variables).entrySet()) {
            check(variable.getKey(), variable.getValue());
            environment.variables.putIfAbsent(variable.getKey(), variable.getValue());
        }
        if (systemRoot != null) {
            environment.variables.putIfAbsent(SYSTEM_ROOT, systemRoot);
        }
        return environment;
    }

    private static void check(String name, String value) throws NativeCallException {
        if (name.isEmpty() || name.contains("=") || name.contains("\0") || value.contains("\0")) {
            throw new NativeCallException(
                    "CreateProcess", ERROR_INVALID_PARAMETER, "an environment variable's name or value is not valid");
        }
    }

    /** @param name in any case */
    @Nullable String get(String name) {
        return variables.get(name);
    }

    /** What CreateProcess takes: NAME=VALUE and a NUL for each, and one more NUL at the end. */
    String block() {
        return variables.entrySet().stream()
                .map(variable -> variable.getKey() + '=' + variable.getValue() + '\0')
                .collect(Collectors.joining("", "", "\0"));
    }
}
