package io.piperelay.bench;

import io.piperelay.bench.peer.spring.SpringPeer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;

/**
 * Packs {@link SpringPeer} as the service is packed, out of the service's own jar: the same loader, and of its libraries
 * those that spring-boot-starter-webmvc brings.
 */
final class SpringPeerJar {

    private static final Pattern KEPT =
            Pattern.compile("org/springframework/boot/loader/.*|META-INF/services/.*|BOOT-INF/classes/|BOOT-INF/lib/("
                    + "spring-(core|beans|context|aop|expression|web|webmvc)"
                    + "|spring-boot(-(autoconfigure|http-converter|jackson|servlet|tomcat|web-server|webmvc))?"
                    + "|tomcat-embed-.*|jakarta\\.annotation-api|snakeyaml|jackson-annotations|jackson-(core|databind)-3.*"
                    + "|micrometer-(commons|observation)|commons-logging|jspecify"
                    + "|logback-.*|log4j-.*|jul-to-slf4j|slf4j-api)-\\d.*");

    private SpringPeerJar() {}

    static Path pack(Path relayJar, Path folder) throws IOException {
        var target = folder.resolve("spring-peer.jar");
        try (var relay = new JarFile(relayJar.toFile());
                var out = new JarOutputStream(Files.newOutputStream(target), manifest(relay.getManifest()))) {
            for (var entry : relay.stream()
                    .filter(entry -> KEPT.matcher(entry.getName()).matches())
                    .toList()) {
                out.putNextEntry(new ZipEntry(entry)); // Stored ones stay stored, which the loader requires.
                relay.getInputStream(entry).transferTo(out);
            }
            addClasses(out);
        }
        return target;
    }

    private static Manifest manifest(Manifest relay) {
        var manifest = new Manifest();
        var attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.put(Attributes.Name.MAIN_CLASS, relay.getMainAttributes().getValue(Attributes.Name.MAIN_CLASS));
        attributes.putValue("Start-Class", SpringPeer.class.getName());
        attributes.putValue("Spring-Boot-Classes", "BOOT-INF/classes/");
        attributes.putValue("Spring-Boot-Lib", "BOOT-INF/lib/");
        return manifest;
    }

    private static void addClasses(JarOutputStream out) throws IOException {
        var root = compiledClasses();
        try (var files =
                Files.list(root.resolve(SpringPeer.class.getPackageName().replace('.', '/')))) {
            for (var file : files.toList()) {
                out.putNextEntry(new ZipEntry("BOOT-INF/classes/" + root.relativize(file)));
                Files.copy(file, out);
            }
        }
    }

    static Path compiledClasses() {
        try {
            return Path.of(SpringPeer.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
