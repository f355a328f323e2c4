package io.piperelay.files;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.OwnerOnlyFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.core.io.ClassPathResource;

/**
 * The child agent's jar, which is shipped inside the service's: unpacked into a folder that only this user can read, and
 * unpacked again if it is missing when needed. Systems clean temporary folders of files that have been unused for days.
 */
public final class BundledAgent implements AutoCloseable {

    private static final String JAR = "child-agent.jar";

    /**
     * For a program that only waits for bytes: start fast, stay small. The JVM's own messages go to stderr, because stdout is
     * payload. It has nothing to do at its end, so it can leave the system's requests to end to the system (-Xrs): it would
     * answer CTRL_BREAK with a thread dump.
     */
    private static final List<String> JVM_OPTIONS = List.of(
            "-Xrs",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-Xshare:auto",
            "-Xmx32m",
            "-XX:+DisplayVMOutputToStderr",
            "-Xlog:disable",
            "-Xlog:all=warning:stderr");

    private final byte[] packed;
    private final OwnerOnlyFiles files;

    @GuardedBy("this") private PrivateFolder folder;

    @GuardedBy("this") private boolean moved;

    /** @param folder where it is unpacked first; remains owned by the caller */
    public BundledAgent(PrivateFolder folder, OwnerOnlyFiles files) {
        this.files = files;
        this.folder = folder;
        try (InputStream content = new ClassPathResource(JAR).getInputStream()) {
            packed = content.readAllBytes();
            unpack();
        } catch (IOException e) {
            throw new UncheckedIOException("The child agent could not be unpacked", e);
        }
    }

    /**
     * The command that runs the agent on the service's own Java runtime, after making sure that the jar exists.
     *
     * @throws NativeCallException if the jar could not be read, or was missing and could not be unpacked again
     */
    public List<String> command(List<String> arguments) throws NativeCallException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_OPTIONS);
        command.addAll(List.of("-jar", intactJar().toString()));
        command.addAll(inAscii(arguments));
        return command;
    }

    /** The java.exe of Windows takes only the letters of the system's code page. */
    private static List<String> inAscii(List<String> arguments) {
        if (arguments.stream().allMatch(StandardCharsets.US_ASCII.newEncoder()::canEncode)) {
            return arguments;
        }
        Stream<String> encoded =
                arguments.stream().map(argument -> URLEncoder.encode(argument, StandardCharsets.UTF_8));
        return Stream.concat(Stream.of("--percent-encoded"), encoded).toList();
    }

    private synchronized Path intactJar() throws NativeCallException {
        try {
            if (!folder.isOwn()) {
                moveOut();
            }
            if (!isIntact()) {
                unpack();
            }
            return jar();
        } catch (IOException e) {
            // Without a reason, the message would be a path.
            throw e instanceof FileSystemException file && file.getReason() != null
                    ? files.failed("unpack", file)
                    : new NativeCallException("unpack", null, "the bundled agent's file cannot be written");
        }
    }

    /** A folder that has the old one's name by now may belong to somebody else. */
    @GuardedBy("this") private void moveOut() throws IOException {
        PrivateFolder gone = folder;
        folder = PrivateFolder.create(gone.prefix(), files);
        if (moved) {
            gone.close();
        }
        moved = true;
    }

    @GuardedBy("this") private boolean isIntact() throws IOException {
        return Files.isRegularFile(jar(), LinkOption.NOFOLLOW_LINKS)
                && Arrays.equals(Files.readAllBytes(jar()), packed);
    }

    /** Atomically: a child that starts at this moment finds either the old file or the new one, complete. */
    @GuardedBy("this") private void unpack() throws IOException {
        Path unpacked = Files.createTempFile(folder.path(), "child-agent", ".new");
        try {
            Files.write(unpacked, packed);
            Files.move(unpacked, jar(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unpacked);
        }
    }

    @GuardedBy("this") private Path jar() {
        return folder.path().resolve(JAR);
    }

    /** Removes the folder that replaced the first one, if there is one. */
    @Override
    public synchronized void close() throws IOException {
        if (moved) {
            folder.close();
        }
    }
}
