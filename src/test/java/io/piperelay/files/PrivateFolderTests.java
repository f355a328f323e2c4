package io.piperelay.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.platform.OwnerOnlyFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class PrivateFolderTests {

    private static final OwnerOnlyFiles FILES = new OrdinaryFiles();

    /** A unique prefix, so that these tests and running services do not affect each other. */
    private final String prefix = "private-folder-" + UUID.randomUUID() + "-";

    @Test
    void goesWithAllThatIsInIt() throws IOException {
        Path path;
        try (PrivateFolder folder = PrivateFolder.create(prefix, FILES)) {
            path = folder.path();
            Files.writeString(path.resolve("file"), "x");
            Files.createDirectories(path.resolve("folder/within"));
            Files.writeString(path.resolve("folder/within/file"), "x");
        }
        assertThat(path).doesNotExist();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void leavesAloneWhatALinkLeadsTo(@TempDir Path elsewhere) throws IOException {
        Files.createFile(elsewhere.resolve("kept"));
        try (PrivateFolder folder = PrivateFolder.create(prefix, FILES)) {
            Files.createSymbolicLink(folder.path().resolve("link"), elsewhere);
        }
        assertThat(elsewhere.resolve("kept")).exists();
    }

    /** It is somebody else's folder, which must not be removed. */
    @Test
    void aFolderOfTheSameNameThatHoldsOtherThingsStays() throws IOException {
        Path other = Files.createTempDirectory(prefix);
        Path file = Files.createFile(other.resolve("file"));
        age(other, Duration.ofDays(1));
        try {
            PrivateFolder.create(prefix, FILES).close();

            assertThat(file).exists();
        } finally {
            Files.delete(file);
            Files.delete(other);
        }
    }

    @Test
    void whatAKilledServiceLeftIsRemovedByTheNext() throws IOException {
        Path left = abandoned(Duration.ofMinutes(2));

        PrivateFolder.create(prefix, FILES).close();

        assertThat(left).doesNotExist();
    }

    @Test
    void whatMayBeJustBeingMadeStays() throws IOException {
        Path fresh = abandoned(Duration.ofSeconds(20));
        try {
            PrivateFolder.create(prefix, FILES).close();

            assertThat(fresh.resolve("child-agent.jar")).exists();
        } finally {
            age(fresh, Duration.ofHours(1));
            PrivateFolder.create(prefix, FILES).close();
        }
        assertThat(fresh).doesNotExist();
    }

    @Test
    void whatIsInUseStays() throws IOException {
        try (PrivateFolder used = PrivateFolder.create(prefix, FILES)) {
            age(used.path(), Duration.ofDays(1));

            PrivateFolder.create(prefix, FILES).close();

            assertThat(used.path()).isDirectory();
        }
    }

    private Path abandoned(Duration age) throws IOException {
        Path folder = Files.createTempDirectory(prefix);
        Files.createFile(folder.resolve("lock"));
        Files.createFile(folder.resolve("child-agent.jar"));
        Files.createDirectories(folder.resolve("tomcat/work"));
        age(folder, age);
        return folder;
    }

    private static void age(Path folder, Duration age) throws IOException {
        Files.setLastModifiedTime(folder, FileTime.from(Instant.now().minus(age)));
    }
}
