package io.piperelay.settings;

import io.piperelay.startup.StartException;
import java.io.File;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.MapPropertySource;

/**
 * What is behind {@code --} on the command line: a program and its arguments, none of which is a setting of the service,
 * whatever it looks like. It becomes the command of the profile that has the program's name, and {@code pipe.start} names
 * that profile. If it is configured elsewhere, its other settings apply.
 */
public final class ChildCommandLine implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {

    private static final String END_OF_SETTINGS = "--";

    /** They would end a profile's name, or be replaced in it. */
    private static final String IN_NO_NAME = "[\\[\\]${}\\p{Cc}\\p{Zl}\\p{Zp}]";

    private final List<String> arguments;
    private final int settings;

    public ChildCommandLine(String... arguments) {
        this.arguments = List.of(arguments);
        int end = this.arguments.indexOf(END_OF_SETTINGS);
        this.settings = end < 0 ? arguments.length : end;
    }

    /** The arguments that are the service's own. */
    public String[] settings() {
        return arguments.subList(0, settings).toArray(String[]::new);
    }

    /** No other source knows better what is to be started. */
    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        if (settings == arguments.size()) {
            return;
        }
        List<String> command = arguments.subList(settings + 1, arguments.size());
        if (command.isEmpty() || command.get(0).isBlank()) {
            throw new StartException("Behind -- there is no program: write -- <program> <its arguments>.");
        }
        event.getEnvironment().getPropertySources().addFirst(new MapPropertySource("child", properties(command)));
    }

    private static Map<String, Object> properties(List<String> command) {
        String name = name(command.get(0));
        Map<String, Object> properties = new LinkedHashMap<>();
        for (int i = 0; i < command.size(); i++) {
            properties.put("pipe.children[" + name + "].command[" + i + "]", command.get(i));
        }
        properties.put("pipe.start", name);
        return properties;
    }

    /** The program's, without its folder, and without the extension that Windows does not need. */
    static String name(String program) {
        int folder = Math.max(program.lastIndexOf('/'), program.lastIndexOf(File.separatorChar));
        String file = program.substring(folder + 1).replaceFirst("(?i)(.)\\.exe$", "$1");
        String name = file.replaceAll(IN_NO_NAME, "_").strip();
        return name.isEmpty() ? "child" : name;
    }
}
