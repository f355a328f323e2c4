package io.piperelay;

import io.piperelay.files.BundledAgent;
import io.piperelay.platform.ChildCommand;
import io.piperelay.platform.NativeCallException;
import io.piperelay.session.ChildProfile;
import io.piperelay.settings.ConfiguredChild;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Turns the child profiles that the operator configured into ones that can be launched. */
final class ChildProfiles {

    /** Stands for the bundled agent in a configured command. */
    private static final String AGENT = "{agent}";

    private static final String TAKE_TURNS = "--shared";

    /** Without a locale, the JVM would read the name of the folder that its jar is in as ASCII. */
    private static final Map<String, String> UTF_8 = Map.of("LC_ALL", "C.UTF-8");

    private final BundledAgent agent;
    private final ChildEnvironment environment;

    ChildProfiles(BundledAgent agent, ChildEnvironment environment) {
        this.agent = agent;
        this.environment = environment;
    }

    ChildProfile profile(String name, ConfiguredChild child) {
        List<String> command = child.command();
        if (!command.get(0).equals(AGENT)) {
            var program = new ChildCommand(command, child.workingDirectory(), environment.of(child));
            return new ChildProfile(
                    name,
                    () -> program,
                    null,
                    child.pipelining(),
                    child.encoding(),
                    child.stopGrace(),
                    child.stopInput());
        }
        List<String> duplex = command.subList(1, command.size());
        List<String> shared = new ArrayList<>(duplex);
        shared.add(TAKE_TURNS);
        return new ChildProfile(
                name,
                () -> agent(child, duplex),
                () -> agent(child, shared),
                child.pipelining(),
                child.encoding(),
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
