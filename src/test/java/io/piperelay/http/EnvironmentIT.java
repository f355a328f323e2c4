package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayProcess;
import io.piperelay.http.support.Settings;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** What children get of the environment of a service that has secrets in it. */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class EnvironmentIT {

    private static final boolean WINDOWS = File.separatorChar == '\\';
    private static final String SECRET = "secret-0123456789abcdef";
    private static final String AUTHORIZATION = "Bearer " + SECRET;

    /** In upper case. */
    private static final List<String> INHERITED = WINDOWS
            ? List.of(
                    "PATH",
                    "PATHEXT",
                    "COMSPEC",
                    "SYSTEMROOT",
                    "SYSTEMDRIVE",
                    "WINDIR",
                    "TEMP",
                    "TMP",
                    "USERNAME",
                    "USERPROFILE",
                    "HOMEDRIVE",
                    "HOMEPATH",
                    "APPDATA",
                    "LOCALAPPDATA",
                    "PROGRAMDATA",
                    "PROGRAMFILES",
                    "PROGRAMFILES(X86)",
                    "COMMONPROGRAMFILES",
                    "COMMONPROGRAMFILES(X86)",
                    "NUMBER_OF_PROCESSORS",
                    "PROCESSOR_ARCHITECTURE",
                    "OS",
                    "COMPUTERNAME")
            : List.of("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR");

    /** Windows needs the first; Wine has the others. */
    private static final List<String> OF_EVERY_PROCESS = List.of("SYSTEMROOT", "SYSTEMDRIVE", "PROCESSOR_ARCHITECTURE");

    private static RelayProcess service;
    private static RelayClient client;

    @BeforeAll
    static void start() {
        Settings settings = Settings.ordinary()
                .misbehaving("default", "environment")
                .misbehaving("everything", "environment")
                .with("pipe.children.everything.inherit-environment", "*")
                .with("pipe.children.everything.environment.TZ", "own")
                .misbehaving("nothing", "environment")
                .with("pipe.children.nothing.inherit-environment", "")
                .with("pipe.children.nothing.environment.TZ", "own");
        RelayProcess.Launch launch = RelayProcess.with(settings)
                .variable("PIPE_ACCESS_TOKEN", SECRET)
                .variable("SPRING_MAIL_PASSWORD", SECRET)
                .variable("SERVER_SSL_SECRET", SECRET)
                .variable("MANAGEMENT_SECRET", SECRET)
                .variable("JDK_JAVA_OPTIONS", "-Dsecret=" + SECRET)
                .variable("LC_TIME", "C")
                .variable("DATABASE_PASSWORD", "somebody's");
        INHERITED.stream().filter(name -> !isSet(name)).forEach(name -> launch.variable(name, "value of " + name));
        service = launch.start();
        client = service.client();
    }

    private static boolean isSet(String name) {
        return System.getenv().keySet().stream().map(EnvironmentIT::upper).anyMatch(name::equals);
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    /** What the child says it has. */
    private static List<String> environment(String child) {
        String document = "{\"child\":\"" + child + "\"}";
        client.post("/pipe?replace=true", document, "Content-Type", "application/json", "Authorization", AUTHORIZATION);
        var text = new ByteArrayOutputStream();
        Answer answer = read();
        while (answer.status() == 200) {
            text.writeBytes(answer.body());
            answer = read();
        }
        assertThat(answer.status()).isEqualTo(410);
        return List.of(text.toString(StandardCharsets.UTF_8).split("\0"));
    }

    private static Answer read() {
        return client.get("/pipe/read?timeout=30s", "Authorization", AUTHORIZATION);
    }

    /** Without those that Wine gives to every process. */
    private static Stream<String> names(List<String> environment) {
        return environment.stream()
                .map(variable -> upper(variable.split("=", 2)[0]))
                .filter(name -> !WINDOWS || !name.startsWith("WINE"));
    }

    private static String upper(String name) {
        return WINDOWS ? name.toUpperCase(Locale.ROOT) : name;
    }

    @Test
    void aChildGetsWhatAProgramNeedsAndNothingElse() {
        List<String> environment = environment("default");

        assertThat(names(environment).filter(name -> WINDOWS || !name.startsWith("LC_")))
                .containsExactlyInAnyOrderElementsOf(INHERITED);
        assertThat(environment).noneMatch(variable -> variable.contains(SECRET));
    }

    @Test
    void aWildcardForAllPassesNoSecretOfTheService() {
        List<String> environment = environment("everything");

        assertThat(environment).contains("DATABASE_PASSWORD=somebody's", "TZ=own");
        assertThat(names(environment)).containsAll(INHERITED);
        assertThat(environment).noneMatch(variable -> variable.contains(SECRET));
    }

    @Test
    void anEmptyListPassesNothing() {
        assertThat(names(environment("nothing")).filter(name -> !WINDOWS || !OF_EVERY_PROCESS.contains(name)))
                .containsExactly("TZ");
    }
}
