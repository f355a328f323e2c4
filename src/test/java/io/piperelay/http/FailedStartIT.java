package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.piperelay.http.support.RelayProcess;
import io.piperelay.http.support.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Failed starts that need a process of their own: because of the folder, the heap, or before anything is set up. */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the errors are those of POSIX")
class FailedStartIT {

    @TempDir
    private Path folder;

    private static RelayProcess.Launch with(Settings settings) {
        return RelayProcess.with(settings).logging("root", "warn");
    }

    private static void assertFails(RelayProcess.Launch launch, String... names) throws InterruptedException {
        try (RelayProcess service = launch.launch()) {
            assertThat(service.exitCode(Duration.ofSeconds(90)))
                    .as(service.log())
                    .isEqualTo(1);
            assertThat(service.log().strip().lines()).hasSizeLessThanOrEqualTo(2);
            assertThat(service.log()).contains("pipe-relay does not start").contains(names);
        }
    }

    @Test
    void aMissingFolderForTemporaryFilesIsNamed() throws InterruptedException {
        Path missing = folder.resolve("missing");

        assertFails(
                with(Settings.ordinary()).jvm("-Djava.io.tmpdir=" + missing),
                missing.toString(),
                "java.io.tmpdir",
                "jna.tmpdir");
    }

    /** JNA's own cache, in the home folder, would hide that the folder is unusable. */
    @ParameterizedTest
    @ValueSource(strings = {"ro", "noexec", "size=16k"})
    void aFolderForTemporaryFilesThatCannotBeUsedIsNamed(String option) throws Exception {
        Path mounted = Files.createDirectory(folder.resolve("mounted"));
        String[] mount = {
            "unshare",
            "--mount",
            "sh",
            "-c",
            "mount -t tmpfs -o " + option + " tmpfs \"$0\" && exec \"$@\"",
            mounted.toString()
        };
        assumeTrue(canMount(mount), "only root can mount");

        assertFails(
                with(Settings.ordinary()).prefix(mount).jvm("-Djava.io.tmpdir=" + mounted, "-Djna.tmpdir=" + mounted),
                mounted.toString(),
                "java.io.tmpdir",
                "jna.tmpdir");
    }

    private static boolean canMount(String[] mount) throws IOException, InterruptedException {
        String[] command = java.util.Arrays.copyOf(mount, mount.length + 1);
        command[mount.length] = "true";
        Process process = new ProcessBuilder(command).inheritIO().start();
        return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    @Test
    void aWindowLargerThanTheHeapCanHoldIsNamed() throws InterruptedException {
        assertFails(
                with(Settings.ordinary().with("pipe.output.window", "64MB")).jvm("-Xmx128m"),
                "pipe.output.window",
                "heap");
    }

    @Test
    void aFileThatCannotBeParsedIsNamed() throws Exception {
        Files.writeString(folder.resolve("application.yaml"), "pipe:\n  children: [\n");

        assertFails(
                with(Settings.ordinary().with("spring.config.additional-location", folder + "/")),
                "application.yaml, line 3");
    }

    @Test
    void aMisspeltSettingIsNamed() throws InterruptedException {
        assertFails(
                with(Settings.ordinary().with("pipe.acces.token", "0123456789abcdef")),
                "pipe.acces.token",
                "pipe.access.token");
    }
}
