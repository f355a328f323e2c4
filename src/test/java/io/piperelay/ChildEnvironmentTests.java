package io.piperelay;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.bytes.Framing;
import io.piperelay.restart.RestartPolicy;
import io.piperelay.settings.ConfiguredChild;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which of the service's variables become a child's. */
class ChildEnvironmentTests {

    private static final String HOME_ON_POSIX = "PATH HOME USER LOGNAME SHELL LANG LANGUAGE LC_ALL LC_CTYPE TZ TMPDIR";

    private static final String HOME_ON_WINDOWS = "Path PATHEXT ComSpec SystemRoot SystemDrive windir TEMP TMP USERNAME"
            + " USERPROFILE HOMEDRIVE HOMEPATH APPDATA LOCALAPPDATA ProgramData ProgramFiles ProgramFiles(x86)"
            + " CommonProgramFiles CommonProgramFiles(x86) NUMBER_OF_PROCESSORS PROCESSOR_ARCHITECTURE OS COMPUTERNAME";

    private static final String OF_THE_SERVICE = "PIPE_ACCESS_TOKEN PIPE_CHILDREN_X_COMMAND SPRING_DATASOURCE_PASSWORD"
            + " SERVER_SSL_KEY_PASSWORD MANAGEMENT_SERVER_PORT JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS spring_mail_password";

    private static final String OTHERS = "AWS_SECRET_ACCESS_KEY DATABASE_URL PATHS MY_PATH HOMEBREW OSTYPE lc_all LC _";

    private static final RestartPolicy NEVER =
            new RestartPolicy(RestartPolicy.When.NEVER, Duration.ZERO, Duration.ZERO, 1);

    private static Set<String> posix(@Nullable List<String> inherited) {
        return names(new ChildEnvironment(false, variables(HOME_ON_POSIX)), inherited);
    }

    private static Set<String> windows(@Nullable List<String> inherited) {
        return names(new ChildEnvironment(true, variables(HOME_ON_WINDOWS)), inherited);
    }

    private static Map<String, String> variables(String home) {
        Map<String, String> variables = new TreeMap<>();
        Stream.of(home, OF_THE_SERVICE, OTHERS)
                .flatMap(ChildEnvironmentTests::words)
                .forEach(name -> variables.put(name, "value of " + name));
        variables.put("=C:", "C:\\Users");
        return variables;
    }

    private static Stream<String> words(String names) {
        return Arrays.stream(names.split(" "));
    }

    private static Set<String> names(ChildEnvironment environment, @Nullable List<String> inherited) {
        Map<String, String> child = environment.of(child(Map.of(), inherited));
        assertThat(child).allSatisfy((name, value) -> assertThat(value).isEqualTo("value of " + name));
        return child.keySet();
    }

    private static ConfiguredChild child(Map<String, String> environment, @Nullable List<String> inherited) {
        return new ConfiguredChild(
                List.of("x"), null, environment, inherited, false, null, Framing.NONE, NEVER, Duration.ZERO, "");
    }

    @Test
    void onPosixAChildInheritsWhatAProgramNeedsAndNothingElse() {
        assertThat(posix(null)).containsExactlyInAnyOrder(HOME_ON_POSIX.split(" "));
    }

    @Test
    void onWindowsAChildInheritsWhatAProgramNeedsAndNothingElse() {
        assertThat(windows(null)).containsExactlyInAnyOrder(HOME_ON_WINDOWS.split(" "));
    }

    @Test
    void anEmptyListIsNone() {
        assertThat(posix(List.of())).isEmpty();
        assertThat(windows(List.of())).isEmpty();
    }

    @Test
    void aListReplacesTheDefault() {
        assertThat(posix(List.of("DATABASE_URL", "L*", "home")))
                .containsExactlyInAnyOrder("DATABASE_URL", "LOGNAME", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC");
        assertThat(windows(List.of("database_url", "temp*"))).containsExactlyInAnyOrder("DATABASE_URL", "TEMP");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "PIPE_*", "S*", "SPRING_*", "spring_*", "M*", "J*", "JAVA_TOOL_OPTIONS*"})
    void noWildcardPassesTheServicesOwnSettings(String wildcard) {
        List<String> own = words(OF_THE_SERVICE).toList();

        assertThat(posix(List.of(wildcard))).doesNotContainAnyElementsOf(own);
        assertThat(windows(List.of(wildcard))).doesNotContainAnyElementsOf(own);
    }

    @Test
    void anythingElsePassesByAWildcardForAll() {
        assertThat(posix(List.of("*")))
                .containsAll(words(HOME_ON_POSIX + " " + OTHERS).toList());
        assertThat(windows(List.of("*"))).containsAll(words(HOME_ON_WINDOWS).toList());
    }

    @Test
    void theServicesOwnSettingsPassByTheirFullNames() {
        assertThat(posix(List.of("PIPE_ACCESS_TOKEN", "java_tool_options"))).containsExactly("PIPE_ACCESS_TOKEN");
        assertThat(windows(List.of("pipe_access_token"))).containsExactly("PIPE_ACCESS_TOKEN");
    }

    @Test
    void whatIsConfiguredWins() {
        ConfiguredChild child = child(Map.of("Path", "own", "NEW", "own"), List.of("PATH"));
        Map<String, String> service = Map.of("PATH", "service's");

        assertThat(new ChildEnvironment(false, service).of(child))
                .isEqualTo(Map.of("Path", "own", "PATH", "service's", "NEW", "own"));
        assertThat(new ChildEnvironment(true, service).of(child)).isEqualTo(Map.of("Path", "own", "NEW", "own"));
    }

    /** It would be passed on as something else. */
    @Test
    void whatTheLocaleCannotDecodeIsLeftOut() {
        var environment = new ChildEnvironment(false, Map.of("HOME", "/home/j\uFFFD\uFFFDrg", "PATH", "/bin"));

        assertThat(environment.of(child(Map.of(), null))).isEqualTo(Map.of("PATH", "/bin"));
    }
}
