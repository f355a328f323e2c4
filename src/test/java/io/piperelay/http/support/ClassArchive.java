package io.piperelay.http.support;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The service's classes as the JVM has them in memory once they are loaded
 * (<a href="https://docs.oracle.com/en/java/javase/17/vm/class-data-sharing.html">class data sharing</a>): with them a
 * service that a test launches starts in two thirds of the processor time. Made once per build and JDK.
 *
 * <p>An archive holds only classes from jars, so the service's own classes are packed into one. That also serves tests that
 * take the service's descriptors away: a jar that is open already needs none for a further class.
 *
 * @param classPath the only class path that it is valid for
 * @param file      does not exist where none can be made: a JVM without an archive of its own has nothing to add to
 */
record ClassArchive(String classPath, Path file) {

    private static final Duration DUMP = Duration.ofMinutes(2);
    private static final Path JVMS_OWN = Path.of(System.getProperty("java.home"), "lib", "server", "classes.jsa");

    private static final class Only {
        static final ClassArchive ARCHIVE = make();
    }

    /** Empty on Windows, where a service ends too abruptly to write one. */
    static Optional<ClassArchive> get() {
        return File.separatorChar == '/' ? Optional.of(Only.ARCHIVE) : Optional.empty();
    }

    String[] jvmOptions() {
        return Files.exists(file) ? new String[] {"-XX:SharedArchiveFile=" + file} : new String[0];
    }

    private static ClassArchive make() {
        List<Path> entries = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(Path::of)
                .toList();
        Path classes = entries.stream()
                .filter(entry -> Files.exists(entry.resolve("application.properties")))
                .findFirst()
                .orElseThrow();
        try {
            Path folder = Files.createDirectories(classes.resolveSibling("class-archive"));
            Path packed = folder.resolve(Integer.toHexString(fingerprint(entries, classes)));
            List<String> classPath =
                    new ArrayList<>(List.of(packed.resolve("classes.jar").toString()));
            entries.stream().filter(Files::isRegularFile).map(Path::toString).forEach(classPath::add);
            var archive = new ClassArchive(String.join(File.pathSeparator, classPath), packed.resolve("classes.jsa"));
            // Another JVM may run tests of the same build.
            try (FileChannel lock =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                lock.lock();
                Path jar = Files.createDirectories(packed).resolve("classes.jar");
                if (!Files.exists(jar)) {
                    Files.move(Jars.pack(classes, folder), jar, StandardCopyOption.ATOMIC_MOVE);
                }
                if (!Files.exists(archive.file()) && Files.exists(JVMS_OWN)) {
                    archive.dump();
                }
            }
            return archive;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("the archive of classes could not be made", e);
        }
    }

    private static int fingerprint(List<Path> entries, Path classes) throws IOException {
        var seen = new ArrayList<Object>(entries);
        seen.add(Runtime.version());
        Files.walkFileTree(classes, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                seen.add(file + " " + attributes.size() + " " + attributes.lastModifiedTime());
                return FileVisitResult.CONTINUE;
            }
        });
        return seen.hashCode();
    }

    /** By a service that is used a little, and at its end dumps what it has loaded. */
    private void dump() throws IOException, InterruptedException {
        Path unfinished = file.resolveSibling("unfinished.jsa");
        try (RelayProcess service = RelayProcess.with(Settings.ordinary())
                .plain(classPath)
                .jvm("-XX:ArchiveClassesAtExit=" + unfinished)
                .start()) {
            RelayClient client = service.client();
            client.session("agent");
            client.post("/pipe/exchange?timeout=30s", "hello");
            client.delete("/pipe");
            service.terminate();
            service.exitCode(DUMP);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
