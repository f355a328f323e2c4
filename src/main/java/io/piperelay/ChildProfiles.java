package io.piperelay;

import io.piperelay.files.BundledAgent;
import io.piperelay.platform.ChildCommand;
import io.piperelay.platform.NativeCallException;
import io.piperelay.restart.RestartPolicy;
import io.piperelay.session.ChildProfile;
import io.piperelay.settings.ConfiguredChild;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns the child profiles that the operator configured into ones that can be launched, and kept alive. */
final class ChildProfiles {

    /** Stands for the bundled agent in a configured command. */
    private static final String AGENT = "{agent}";

    private static final String TAKE_TURNS = "--shared";

    /** Without a locale, the JVM would read the name of the folder that its jar is in as ASCII. */
    private static final Map<String, String> UTF_8 = Map.of("LC_ALL", "C.UTF-8");

    private final BundledAgent agent;
    private final ChildEnvironment environment;
    private final Map<String, ConfiguredChild> configured;

    ChildProfiles(BundledAgent agent, ChildEnvironment environment, Map<String, ConfiguredChild> configured) {
        this.agent = agent;
        this.environment = environment;
        this.configured = configured;
    }

    List<ChildProfile> all() {
        return configured.entrySet().stream()
                .map(child -> profile(child.getKey(), child.getValue()))
                .toList();
    }

    /** Of the children that are ever restarted, by name. */
    Map<String, RestartPolicy> restarted() {
        return configured.entrySet().stream()
                .filter(child -> child.getValue().restart().when() != RestartPolicy.When.NEVER)
                .collect(Collectors.toMap(
                        Map.Entry::getKey, child -> child.getValue().restart()));
    }

    private ChildProfile profile(String name, ConfiguredChild child) {
        List<String> command = child.command();
        if (!command.get(0).equals(AGENT)) {
            var program = new ChildCommand(command, child.workingDirectory(), environment.of(child));
            return profile(name, child, () -> program, null);
        }
        List<String> duplex = command.subList(1, command.size());
        List<String> shared = new ArrayList<>(duplex);
        shared.add(TAKE_TURNS);
        return profile(name, child, () -> agent(child, duplex), () -> agent(child, shared));
    }

    private static ChildProfile profile(
            String name,
            ConfiguredChild child,
            ChildProfile.Launchable command,
            ChildProfile.@Nullable Launchable sharedCommand) {
        return new ChildProfile(
                name,
                command,
                sharedCommand,
                child.pipelining(),
                child.encoding(),
                child.framing(),
                child.stopGrace(),
                child.stopInput());
    }

    private ChildCommand agent(ConfiguredChild child, List<String> arguments) throws NativeCallException {
        Map<String, String> variables = environment.of(child);
        variables.putAll(UTF_8);
        variables.putAll(child.environment());
        return new ChildCommand(agent.command(arguments), child.workingDirectory(), variables);
    }
}
