package io.piperelay.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What all scenarios share: how each program is started.
 *
 * @param folder where the programs run and leave their logs
 */
record Setup(Options options, Path folder) {

    private static final Path NODE_SCRIPTS = Path.of("src/bench/node").toAbsolutePath();

    Server start(List<String> command) throws IOException, InterruptedException {
        return Server.start(command, options.cores(), folder);
    }

    static List<String> relay(Path jar, String... settings) {
        var command = jar(ownJava(), jar);
        command.add("--pipe.children.cat.command=/bin/cat");
        command.addAll(List.of(settings));
        return command;
    }

    List<String> spring(String... settings) throws IOException {
        var command = jar(ownJava(), springJar());
        command.addAll(List.of(settings));
        return command;
    }

    Path springJar() throws IOException {
        return SpringPeerJar.pack(options.firstRelay(), folder);
    }

    /** The program in a jar as anybody would start it, on a port of its own. */
    static List<String> jar(Path java, Path jar) {
        return new ArrayList<>(List.of(
                java.resolve("bin/java").toString(),
                "-jar",
                jar.toString(),
                "--server.port=" + Server.PORT,
                "--server.address=127.0.0.1"));
    }

    static List<String> peer(Class<?> program, String... arguments) {
        var command = new ArrayList<>(
                List.of(ownJava().resolve("bin/java").toString(), "-cp", classPath(), program.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    static List<String> node(String script, String... arguments) {
        var command =
                new ArrayList<>(List.of("node", NODE_SCRIPTS.resolve(script).toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** The JDKs to start on. */
    Map<String, Path> javas() {
        return options.javas().isEmpty() ? Map.of("JDK " + Runtime.version().feature(), ownJava()) : options.javas();
    }

    static Path ownJava() {
        return Path.of(System.getProperty("java.home"));
    }

    /** The same program in a JVM with more arguments. */
    static List<String> withJvmArguments(List<String> command, String... arguments) {
        var longer = new ArrayList<>(command);
        longer.addAll(1, List.of(arguments));
        return longer;
    }

    /** Absolute, because the programs run in another folder. */
    private static String classPath() {
        var absolute = new ArrayList<String>();
        for (var entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            absolute.add(Path.of(entry).toAbsolutePath().toString());
        }
        return String.join(File.pathSeparator, absolute);
    }
}
