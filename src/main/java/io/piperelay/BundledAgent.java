package io.piperelay;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.springframework.core.io.ClassPathResource;

/** The child agent's jar, which travels inside the service: unpacked into a folder that only this user can read. */
final class BundledAgent {

    /**
     * For a program that does nothing but wait for bytes: start soon, stay small. What the JVM itself has to say goes to
     * stderr, because stdout is payload.
     */
    private static final List<String> JVM_OPTIONS = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-Xshare:auto",
            "-Xmx32m",
            "-XX:+DisplayVMOutputToStderr",
            "-Xlog:disable",
            "-Xlog:all=warning:stderr");

    private final Path jar;

    BundledAgent(PrivateFolder folder) {
        jar = folder.path().resolve("child-agent.jar");
        try (InputStream packed = new ClassPathResource("child-agent.jar").getInputStream()) {
            Files.copy(packed, jar);
        } catch (IOException e) {
            throw new UncheckedIOException("The child agent could not be unpacked", e);
        }
    }

    /** The command that runs the agent in the service's own Java runtime. */
    List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_OPTIONS);
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(arguments);
        return command;
    }
}
