package io.piperelay.settings;

import io.piperelay.startup.StartException;
import java.util.Set;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/**
 * Refuses arguments that are not settings, and settings that nothing would read: {@code --port=80} would otherwise be
 * ignored. What is behind {@code --} is none of them: see {@link ChildCommandLine}. What only the operator's own
 * placeholders refer to can be set with {@code -D} or in a file.
 */
final class CommandLine implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

    private static final Set<String> GROUPS =
            Set.of("pipe", "server", "spring", "management", "logging", "springdoc", "info");

    private static final Set<String> SWITCHES = Set.of("debug", "trace");

    private static final String HOW = "Settings are written as --name=value, such as --server.port=8081;"
            + " a program to start, and its arguments, come behind -- (two hyphens and a blank).";

    /** Before the settings are used for anything, even for finding the configuration files. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        String[] arguments = event.getArgs();
        for (int i = 0; i < arguments.length; i++) {
            if (!arguments[i].startsWith("--")) {
                refuseWord(arguments[i], i == 0 ? "" : arguments[i - 1]);
            }
            refuseUnknown(name(arguments[i]));
        }
    }

    /** What follows a name may be a secret, and is not repeated. */
    private static void refuseWord(String word, String before) {
        if (before.startsWith("--") && !before.contains("=")) {
            throw new StartException(
                    "The value of " + before + " must be joined to it: write " + before + "=value. " + HOW);
        }
        throw new StartException("The argument '" + name(word) + "' is not a setting. " + HOW);
    }

    private static void refuseUnknown(String option) {
        String name = option.substring("--".length());
        String group = name.split("[.\\[]", 2)[0];
        boolean known = name.length() > group.length()
                ? GROUPS.contains(Spelling.uniform(group))
                : SWITCHES.contains(name) || GROUPS.contains(name);
        if (!known) {
            String nearest = Spelling.nearest(group, GROUPS);
            throw new StartException("The option " + option + " is not known"
                    + (Spelling.isNear(group, nearest)
                            ? "; did you mean --" + nearest + name.substring(group.length())
                            : "")
                    + ". " + HOW);
        }
    }

    private static String name(String argument) {
        return argument.split("=", 2)[0];
    }
}
