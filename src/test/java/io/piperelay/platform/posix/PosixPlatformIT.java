package io.piperelay.platform.posix;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.ProcessStat;
import io.piperelay.platform.ChildProcess;
import io.piperelay.platform.ExitStatus;
import io.piperelay.platform.Platform;
import io.piperelay.platform.PlatformContract;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class PosixPlatformIT extends PlatformContract {

    private static final PosixPlatform PLATFORM = new PosixPlatform();

    @AfterAll
    static void closePlatform() {
        PLATFORM.close();
    }

    @Override
    protected Platform platform() {
        return PLATFORM;
    }

    @Override
    protected long openHandles() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.count();
        }
    }

    @Override
    protected List<String> fastPrinter(String word) {
        return List.of("/bin/echo", word);
    }

    @Override
    protected List<String> fastPrinter(Path file) {
        return List.of("/bin/cat", file.toString());
    }

    @Override
    protected List<String> fastReader() {
        return List.of("/bin/cat");
    }

    @Override
    protected List<String> fastExit(int code) {
        return List.of("/bin/sh", "-c", "exit " + code);
    }

    @Override
    protected int codeOf(LaunchFailure failure) {
        return switch (failure) {
            case MISSING_PROGRAM, MISSING_FOLDER -> 2; // ENOENT
            case NOT_A_PROGRAM -> 13; // EACCES
        };
    }

    @Override
    protected boolean environmentTakesUnicode() {
        return Charset.forName(System.getProperty("sun.jnu.encoding")).equals(StandardCharsets.UTF_8);
    }

    @Override
    protected boolean isRunning(long pid) {
        return ProcessStat.isRunning(pid);
    }

    @Test
    void theChildInheritsExactlyThreeDescriptors() throws IOException {
        launch("silent");

        List<String> descriptors = zeroTerminated(launch("descriptors"));

        assertThat(descriptors)
                .allMatch(descriptor -> descriptor.matches("[012] pipe:.*"))
                .hasSize(3);
    }

    @Test
    void terminateEndsAnOrdinaryChild() throws Exception {
        ChildProcess child = launch("hex", "00");
        child.output().read();

        child.terminate();

        assertThat(child.waitFor()).isEqualTo(new ExitStatus(143, "SIGTERM"));
    }

    @Test
    void killShowsAsSignal() throws Exception {
        ChildProcess child = launch("silent");

        child.kill();

        assertThat(child.waitFor()).isEqualTo(new ExitStatus(137, "SIGKILL"));
    }
}
