package io.piperelay.http.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** Packs compiled classes. */
final class Jars {

    private Jars() {}

    /** @return a new jar in {@code folder} */
    static Path pack(Path classes, Path folder) throws IOException {
        Path jar = Files.createTempFile(folder, "classes", ".jar");
        try (var packed = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(path -> !path.equals(classes)).toList()) {
                // Spring finds packages by the entries of their folders.
                boolean folderItself = Files.isDirectory(file);
                String name = classes.relativize(file).toString().replace('\\', '/');
                packed.putNextEntry(new JarEntry(name + (folderItself ? "/" : "")));
                if (!folderItself) {
                    Files.copy(file, packed);
                }
            }
        }
        return jar;
    }
}
