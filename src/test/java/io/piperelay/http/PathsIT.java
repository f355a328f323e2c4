package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.piperelay.child.Children;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayProcess;
import io.piperelay.http.support.Settings;
import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * All that the service uses is in one folder, whose name has blanks, Chinese, a letter of the code page of Western Windows and one
 * that it lacks: on Windows the executable jar that the system property {@code test.service-jar} names, the folder for temporary
 * files, and the user's profile.
 */
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class PathsIT {

    private static final boolean WINDOWS = File.separatorChar == '\\';
    private static final String JAR = System.getProperty("test.service-jar", "");
    private static final String NAME = "\u7ba1\u9053 \u017e \u0142";
    private static final String REPLY = "\u4f60\u597d + 100% \u0142\ud83d\ude80";

    @TempDir
    private Path folder;

    private Path home;

    @BeforeEach
    void makeHome() throws IOException {
        assumeTrue(!WINDOWS || !JAR.isEmpty());
        assumeTrue(WINDOWS
                || Charset.forName(System.getProperty("sun.jnu.encoding"))
                        .newEncoder()
                        .canEncode(NAME));
        home = Files.createDirectories(folder.resolve(NAME));
        List<String> cat = Children.cat();
        Path program = Files.copy(Path.of(cat.get(0)), home.resolve("\u0142 \u732b.exe"));
        String command = cat.stream().skip(1).map(argument -> ", " + argument).collect(Collectors.joining());
        Files.writeString(home.resolve("application.yaml"), """
                pipe.children:
                  answer:
                    command: ["{agent}", "--reply", "%s"]
                  here:
                    command: ["{agent}"]
                    working-directory: '%s'
                  own:
                    command: ['%s'%s]
                    working-directory: '%2$s'
                """.formatted(REPLY, home, program, command));
    }

    private RelayProcess.Launch launch() throws IOException {
        RelayProcess.Launch launch = RelayProcess.with(Settings.ordinary().with("pipe.access.token-file", "token"))
                .directory(home);
        if (!WINDOWS) {
            return launch.jvm("-Djava.io.tmpdir=" + home).variable("LC_ALL", "C.UTF-8");
        }
        Path jar = Files.copy(Path.of(JAR), home.resolve("pipe-relay.jar"));
        for (String variable : List.of("TEMP", "TMP", "USERPROFILE")) {
            launch.variable(variable, home.toString());
        }
        return launch.jvm("-XX:+UseSerialGC", "-XX:-PrintWarnings").jar(jar.getFileName());
    }

    @Test
    void theNameOfAFolderDoesNotMatter() throws IOException {
        try (RelayProcess service = launch().start()) {
            String[] token = {
                "Authorization",
                "Bearer " + Files.readString(home.resolve("token")).strip()
            };
            RelayClient client = service.client();
            for (String topology : List.of("duplex", "shared")) {
                assertThat(exchange(client, "answer", topology, token)).isEqualTo(REPLY + "\n");
                assertThat(exchange(client, "here", topology, token)).isEqualTo("hello\n");
            }
            assertThat(exchange(client, "own", "duplex", token)).isEqualTo("hello\n");
            client.delete("/pipe?grace=0s", token);
        }
    }

    private static String exchange(RelayClient client, String child, String topology, String... token) {
        String session = "{\"child\":\"%s\",\"topology\":\"%s\"}".formatted(child, topology);
        String[] json = {token[0], token[1], "Content-Type", "application/json"};
        assertThat(client.post("/pipe?replace=true", session, json).status()).isEqualTo(201);
        return client.post("/pipe/exchange?timeout=30s", "hello", token).text();
    }

    /** JNA's library cannot be loaded from either. */
    @Test
    @EnabledOnOs(OS.WINDOWS)
    void whereNoFolderHasANameThatWindowsTakesOneSentenceSaysSo() throws Exception {
        try (RelayProcess service = launch().logging("root", "warn")
                .variable("ProgramData", home.toString())
                .launch()) {
            assertThat(service.exitCode(Duration.ofSeconds(90))).isEqualTo(1);
            assertThat(service.log().strip().lines()).hasSizeLessThanOrEqualTo(2);
            assertThat(service.log()).contains("pipe-relay does not start", "code page", "jna.tmpdir");
        }
    }
}
