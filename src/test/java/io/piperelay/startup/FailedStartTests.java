package io.piperelay.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A service that does not start says why in one line, which names the setting or the file. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
@ExtendWith(OutputCaptureExtension.class)
class FailedStartTests {

    @TempDir
    private Path folder;

    private Start start() {
        return new Start(folder);
    }

    private static void assertFails(Start start, CapturedOutput output, String... names) {
        Start.assertOneLine(() -> start.whole().close(), output, names);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application.yaml        | 'pipe: {children: [a'             | application.yaml, line 2",
                "application.yaml        | '\ta: b'                          | application.yaml, line 1",
                "application.yml         | '{a: 1, a: 2}'                    | application.yml, line 1",
                "application.yaml        | 'pipe: {children: {a: {command: [x]}, a: {command: [y]}}}' | duplicate key a",
                "application.yaml        | 'a: \u0007'                       | application.yaml",
                "application.properties  | 'a=\\u12'                         | application.properties",
                "application.yaml        | 'spring.config.import: no.yaml'   | no.yaml",
                "application.yaml        | 'spring.config.activate.on-profile: ['  | application.yaml",
            })
    void aFileThatCannotBeReadIsNamed(String file, String line, String named, CapturedOutput output) {
        assertFails(start().file(file, line), output, named);
    }

    @Test
    void anotherNameWantsAToken(CapturedOutput output) {
        assertFails(
                start().arguments("--pipe.access.allowed-hosts=relay.lan"),
                output,
                "relay.lan",
                "pipe.access.token-file");
    }

    @Test
    void itIsSaidHowAnotherBindCanBeHad(CapturedOutput output) {
        assertFails(
                start().arguments("--server.address=0.0.0.0"),
                output,
                "pipe.access.token-file",
                "pipe.access.allowed-hosts");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--port=8081              | --port",
                "--sever.port=8081        | --server.port",
                "--pip.access.token=x     | --pipe.access.token",
                "--help                   | --help",
                "-p                       | -p",
                "serve                    | serve",
                "--                       | --",
                "server.port=8081         | server.port",
                "--server.port=http       | server.port",
                "--logging.level.root=all | logging.level.root",
                "--spring.threads.virtual.enabled=often | spring.threads.virtual.enabled",
            })
    void anArgumentThatIsNoSettingIsRefused(String argument, String named, CapturedOutput output) {
        assertFails(start().arguments(argument), output, named);
    }

    @Test
    void aTokenThatStandsApartIsNotRepeated(CapturedOutput output) {
        assertFails(
                start().arguments("--pipe.access.token", "secret-0123456789abcdef"),
                output,
                "--pipe.access.token=value");
        assertThat(output.getAll()).doesNotContain("secret-");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "server.ssl: {key-store: nowhere.p12}                | nowhere.p12",
                "server.ssl: {key-store: application.yaml}           | server.ssl",
                "server.ssl: {bundle: none}                          | server.ssl",
                "server.ssl: {certificate: 'no.pem', certificate-private-key: 'no.key'} | no.pem",
                "server: {address: }                                 | server.address",
                "server: {address: 'no.such.name.invalid'}           | server.address",
                "server: {address: 192.0.2.1}                        | server.address",
            })
    void aServerThatCannotBeAsItIsSetSaysSo(String setting, String named, CapturedOutput output) {
        String inFolder = setting.replace("key-store: application", "key-store: " + folder + "/application");
        String access =
                setting.contains("192.0.2.1") ? "pipe.access: {token: 0123456789abcdef, allowed-hosts: a}" : "a: b";

        assertFails(start().file("application.yaml", inFolder, access).arguments("--server.port=0"), output, named);
    }

    @Test
    void aPortThatIsTakenIsNamed(CapturedOutput output) throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertFails(
                    start().arguments("--server.port=" + taken.getLocalPort()), output, "Port " + taken.getLocalPort());
        }
    }

    @ParameterizedTest
    @CsvSource({"folder", "pipe", "huge", "empty", "binary", "public", "missing/token", "dangling", "/dev/zero"})
    @DisabledOnOs(OS.WINDOWS)
    void aTokenFileThatIsNoneIsNamedWithoutReadingOn(String name, CapturedOutput output) throws Exception {
        Files.createDirectory(folder.resolve("folder"));
        assertThat(new ProcessBuilder(
                                "mkfifo", "-m", "600", folder.resolve("pipe").toString())
                        .start()
                        .waitFor())
                .isZero();
        try (var huge = new RandomAccessFile(folder.resolve("huge").toFile(), "rw")) {
            huge.setLength(2L << 30);
        }
        Files.createFile(folder.resolve("empty"));
        Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        for (String file : List.of("huge", "empty", "binary")) {
            Files.setPosixFilePermissions(folder.resolve(file), PosixFilePermissions.fromString("rw-------"));
        }
        Files.writeString(folder.resolve("public"), "0123456789abcdef");
        Files.setPosixFilePermissions(folder.resolve("public"), PosixFilePermissions.fromString("rw-r--r--"));
        Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("nowhere"));

        long start = System.nanoTime();
        assertFails(
                start().arguments("--server.port=0", "--pipe.access.token-file=" + folder.resolve(name)),
                output,
                "pipe.access.token-file");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
    }
}
