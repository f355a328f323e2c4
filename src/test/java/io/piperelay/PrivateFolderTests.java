package io.piperelay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PrivateFolderTests {

    /** One of its own, so that these tests and running services leave each other alone. */
    private final String prefix = "private-folder-" + UUID.randomUUID() + "-";

    @Test
    void goesWithAllThatIsInIt() throws IOException {
        Path path;
        try (PrivateFolder folder = PrivateFolder.create(prefix)) {
            path = Files.writeString(folder.path().resolve("file"), "x").getParent();
            assertThat(path).isDirectory();
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void whatAKilledServiceLeftIsRemovedByTheNext() throws IOException {
        Path left = abandoned(Duration.ofMinutes(2));

        PrivateFolder.create(prefix).close();

        assertThat(left).doesNotExist();
    }

    @Test
    void whatMayBeJustBeingMadeStays() throws IOException {
        Path fresh = abandoned(Duration.ofSeconds(20));
        try {
            PrivateFolder.create(prefix).close();

            assertThat(fresh.resolve("child-agent.jar")).exists();
        } finally {
            age(fresh, Duration.ofHours(1));
            PrivateFolder.create(prefix).close();
        }
        assertThat(fresh).doesNotExist();
    }

    @Test
    void whatIsInUseStays() throws IOException {
        try (PrivateFolder used = PrivateFolder.create(prefix)) {
            age(used.path(), Duration.ofDays(1));

            PrivateFolder.create(prefix).close();

            assertThat(used.path()).isDirectory();
        }
    }

    private Path abandoned(Duration age) throws IOException {
        Path folder = Files.createTempDirectory(prefix);
        Files.createFile(folder.resolve("lock"));
        Files.createFile(folder.resolve("child-agent.jar"));
        age(folder, age);
        return folder;
    }

    private static void age(Path folder, Duration age) throws IOException {
        Files.setLastModifiedTime(folder, FileTime.from(Instant.now().minus(age)));
    }
}
