package io.piperelay.platform.windows;

import static com.sun.jna.platform.win32.WinError.ERROR_INVALID_PARAMETER;

import io.piperelay.platform.NativeCallException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes variables as the block that CreateProcess takes: NAME=VALUE and a NUL for each, and one more NUL at the end, <a
 * href="https://learn.microsoft.com/windows/win32/procthread/changing-environment-variables">sorted by name without
 * regard to case</a>.
 */
final class WindowsEnvironment {

    private static final String SYSTEM_ROOT = "SystemRoot";

    private WindowsEnvironment() {}

    /**
     * @param systemRoot the service's own {@code SystemRoot}, without which Windows finds none of its libraries; added
     *     if the variables do not include it
     */
    static String block(Map<String, String> variables, @Nullable String systemRoot) throws NativeCallException {
        Map<String, String> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        sorted.putAll(variables);
        if (systemRoot != null) {
            sorted.putIfAbsent(SYSTEM_ROOT, systemRoot);
        }
        for (Map.Entry<String, String> variable : sorted.entrySet()) {
            check(variable.getKey(), variable.getValue());
        }
        return sorted.entrySet().stream()
                .map(variable -> variable.getKey() + '=' + variable.getValue() + '\0')
                .collect(Collectors.joining("", "", "\0"));
    }

    /** A name or value that contains a separator would become other variables. */
    private static void check(String name, String value) throws NativeCallException {
        if (name.isEmpty() || name.contains("=") || name.contains("\0") || value.contains("\0")) {
            throw new NativeCallException(
                    "CreateProcess", ERROR_INVALID_PARAMETER, "an environment variable's name or value is not valid");
        }
    }
}
