package io.piperelay.agent;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The agent in a JVM of its own, run from the compiled classes. */
final class AgentProcess {

    private AgentProcess() {}

    static ProcessBuilder with(String... arguments) {
        return java("-cp", classesOf(ChildAgent.class), ChildAgent.class.getName(), arguments);
    }

    /** An agent whose parent is not this JVM but an intermediate one, which can be killed. */
    static ProcessBuilder behindAnotherParent(String... arguments) {
        String classPath = classesOf(ChildAgent.class) + File.pathSeparator + classesOf(AgentProcess.class);
        return java("-cp", classPath, AnotherParent.class.getName(), arguments);
    }

    private static ProcessBuilder java(String option, String value, String mainClass, String... arguments) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of(java, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx32m"));
        Collections.addAll(command, option, value, mainClass);
        Collections.addAll(command, arguments);
        return new ProcessBuilder(command);
    }

    private static String classesOf(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** Launches an agent on its own standard streams and then waits to be killed. */
    static final class AnotherParent {

        private AnotherParent() {}

        public static void main(String[] arguments) throws Exception {
            AgentProcess.with(arguments).inheritIO().start().waitFor();
        }
    }
}
