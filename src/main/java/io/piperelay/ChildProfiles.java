package io.piperelay;

import io.piperelay.platform.ChildCommand;
import io.piperelay.session.ChildProfile;
import java.util.ArrayList;
import java.util.List;

/** Turns what the operator configured into profiles that can be launched. */
final class ChildProfiles {

    /** Stands for the bundled agent in a configured command. */
    private static final String AGENT = "{agent}";

    private static final String TAKE_TURNS = "--shared";

    private final BundledAgent agent;

    ChildProfiles(BundledAgent agent) {
        this.agent = agent;
    }

    ChildProfile profile(String name, PipeRelayProperties.Child child) {
        List<String> command = child.command();
        if (!command.get(0).equals(AGENT)) {
            return new ChildProfile(name, launch(child, command), null, child.stopGrace());
        }
        List<String> arguments = new ArrayList<>(command.subList(1, command.size()));
        ChildCommand duplex = launch(child, agent.command(arguments));
        arguments.add(TAKE_TURNS);
        return new ChildProfile(name, duplex, launch(child, agent.command(arguments)), child.stopGrace());
    }

    private static ChildCommand launch(PipeRelayProperties.Child child, List<String> command) {
        return new ChildCommand(command, child.workingDirectory(), child.environment());
    }
}
