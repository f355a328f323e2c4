package io.piperelay.http.support;

import io.piperelay.child.Children;
import io.piperelay.child.MisbehavingChild;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The settings of a service under test, in the order in which they were made. */
public final class Settings {

    private final Map<String, String> values = new LinkedHashMap<>();

    private Settings() {}

    /** A free port on the loopback interface, and a log of warnings only. */
    public static Settings ordinary() {
        return new Settings()
                .with("server.port", "0")
                .with("logging.level.root", "warn")
                .with("spring.main.log-startup-info", "false");
    }

    public Settings with(String name, String value) {
        values.put(name, value);
        return this;
    }

    /** A child profile. */
    public Settings child(String name, List<String> command) {
        for (int i = 0; i < command.size(); i++) {
            with("pipe.children." + name + ".command[" + i + "]", command.get(i));
        }
        return this;
    }

    public Settings child(String name, String... command) {
        return child(name, List.of(command));
    }

    /** The child {@code cat} writes what it reads. */
    public Settings cat() {
        return child("cat", Children.cat());
    }

    /** A child profile that neither reads nor writes. */
    public Settings sleeping(String name) {
        return child(name, Children.sleep());
    }

    /** A child profile that takes these steps, each as {@code io.piperelay.child.Script} describes it. */
    public Settings steps(String name, String... steps) {
        List<String> command = new ArrayList<>(MisbehavingChild.command("steps"));
        command.addAll(List.of(steps));
        return child(name, command);
    }

    /** A child profile that runs the {@link MisbehavingChild} in one of its modes. */
    public Settings misbehaving(String name, String... modeAndArguments) {
        return child(name, MisbehavingChild.command(modeAndArguments));
    }

    public List<String> asArguments() {
        return values.entrySet().stream()
                .map(value -> "--" + value.getKey() + "=" + value.getValue())
                .toList();
    }
}
