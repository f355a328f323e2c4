package io.piperelay.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.startup.Start;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Settings with invalid values, and invalid settings: the service does not start, and says so in one line. */
@ExtendWith(OutputCaptureExtension.class)
class BadSettingsTests {

    @TempDir
    private Path folder;

    private Start start() {
        return new Start(folder);
    }

    private static void assertRefused(Start start, CapturedOutput output, String... names) {
        Start.assertOneLine(() -> start.settings().close(), output, names);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pipe.acces.token=x                   | pipe.access.token",
                "pipe.access.tokn=x                   | pipe.access.token",
                "pipe.access.token.file=x             | pipe.access.token-file",
                "pipe.access.allowed-host=x           | pipe.access.allowed-hosts",
                "pipe.access.token[0]=x               | pipe.access.token",
                "pipe.token=x                         | pipe.access.token",
                "pipe.output.windw=1MB                | pipe.output.window",
                "pipe.output.window.size=1MB          | pipe.output.window",
                "pipe.limits.header-timout=1s         | pipe.limits.header-timeout",
                "pipe.childern.x.command=y            | pipe.children",
                "pipe.children.x.comand=y             | command",
                "pipe.children.x.comand[0]=y          | command",
                "pipe.children.python3.11.comand[0]=y | command",
                "pipe.children.x.enviroment.A=y       | environment",
                "pipe.children.x.inherit-enviroment=A | inherit-environment",
                "pipe.children.x.stop-grase=1s        | stop-grace",
                "pipe.children.x.restart-dely=1s      | restart-delay",
                "pipe.children.x.command[a]=1s        | command",
                "pipe.children.cat=/bin/cat           | pipe.children.cat.command",
                "pipe.nonsense=                       | pipe.",
                "pipe.output=                         | pipe.output",
                "pipe.strat=agent                     | pipe.start",
            })
    void anUnknownNameIsRefusedWithTheNearestKnownOne(String setting, String nearest, CapturedOutput output) {
        String name = setting.substring(0, setting.indexOf('='));

        assertRefused(start().arguments("--" + setting), output, name, nearest);
    }

    @Test
    void anUnknownNameInAFileIsRefusedWithItsPlace(CapturedOutput output) {
        assertRefused(
                start().file("application.yaml", "pipe:", "  acces:", "    token: secret-0123456789abcdef"),
                output,
                "pipe.acces.token (application.yaml, line 3)",
                "pipe.access.token");
        assertThat(output.getAll()).doesNotContain("secret-");
    }

    @Test
    void aValueForAllSettingsTogetherIsRefused(CapturedOutput output) {
        assertRefused(start().arguments("--pipe=x"), output, "pipe is a group of settings");
    }

    @Test
    void aGroupWithEverythingCommentedOutMeansNothing(CapturedOutput output) {
        start().file("application.yaml", "pipe:", "#  output:", "#    window: 2MB")
                .settings()
                .close();

        assertThat(output.getAll()).isEmpty();
    }

    @Test
    void aVariableWithTheServicesNameAloneIsSomebodyElses(CapturedOutput output) {
        start().variable("PIPE", "/run/a-pipe")
                .variable("PIPE_", "x")
                .settings()
                .close();

        assertThat(output.getAll()).isEmpty();
    }

    @Test
    void anotherSpellingIsAsGood() {
        start().arguments(
                        "--PIPE.Output.when_full=drop-oldest",
                        "--pipe.limits.headerTimeout=9s",
                        "--pipe.ACCESS.allowedHosts[0]=a")
                .variable("PIPE_LIMITS_BODYTIMEOUT", "9s")
                .variable("PIPE_LIMITS_STALL_TIMEOUT", "9s")
                .variable("PIPE_ACCESS_ALLOWED_HOSTS_1", "b")
                .settings()
                .close();
    }

    @Test
    void anUnknownVariableMayBeSomebodyElses(CapturedOutput output) {
        start().variable("PIPE_SERVICE_HOST", "10.0.0.1")
                .variable("PIPE_ACCES_TOKEN", "secret-0123456789abcdef")
                .variable("PIPE_CHILDREN_X_COMAND", "y")
                .settings()
                .close();

        assertThat(output.getAll().lines())
                .singleElement()
                .asString()
                .contains(
                        "WARN", "PIPE_SERVICE_HOST", "PIPE_ACCES_TOKEN", "pipe.access.token", "PIPE_CHILDREN_X_COMAND")
                .doesNotContain("secret-");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pipe.access.token=",
                "pipe.access.token-file=",
                "pipe.access.token-file=${NO_SUCH_VARIABLE:}",
                "pipe.access.allowed-hosts=*",
                "pipe.access.allowed-hosts=*.lan",
                "pipe.access.allowed-hosts=http://relay.lan",
                "pipe.access.allowed-hosts=relay.lan:8080",
                "pipe.access.allowed-hosts=relay.lan/pipe",
                "pipe.access.allowed-hosts=relay.lan,,other.lan",
                "pipe.access.allowed-hosts=relay lan",
                "pipe.access.allowed-hosts=0.0.0.0",
                "pipe.access.allowed-hosts=fd00::1",
                "pipe.access.allowed-hosts=中继",
                "pipe.start=nobody",
                "pipe.start=",
                "pipe.output.window=0",
                "pipe.output.window=-1MB",
                "pipe.output.window=2GB",
                "pipe.output.window=much",
                "pipe.output.window=",
                "pipe.errors.window=1",
                "pipe.errors.window=99999999999TB",
                "pipe.output.when-full=wait",
                "pipe.output.timeout=-1s",
                "pipe.output.timeout=61s",
                "pipe.output.timeout=soon",
                "pipe.input.timeout=0",
                "pipe.input.timeout=61s",
                "pipe.input.max-request=-1",
                "pipe.input.max-request=0",
                "pipe.events.heartbeat=0",
                "pipe.events.heartbeat=400d",
                "pipe.limits.timeout=0",
                "pipe.limits.timeout=200000d",
                "pipe.limits.timeout=99999999999999999d",
                "pipe.limits.header-timeout=0",
                "pipe.input.max-frame=0",
                "pipe.input.max-frame=1GB",
                "pipe.limits.header-timeout=-1s",
                "pipe.limits.header-timeout=${NO_SUCH_VARIABLE}",
                "pipe.limits.body-timeout=0",
                "pipe.limits.stall-timeout=0s",
                "pipe.limits.connections=0",
                "pipe.limits.connections=many",
                "pipe.limits.connections=99999999999",
                "pipe.limits.waiting-readers=0",
                "pipe.limits.waiting-writers=-1",
                "pipe.limits.observers=2000000",
                "server.port=-1",
                "server.port=65536",
                "server.tomcat.connection-timeout=0",
                "server.tomcat.connection-timeout=-1",
                "pipe.children=",
                "pipe.children.agent=",
                "pipe.children.agent.command=",
                "pipe.children.agent.command[1]=x",
                "pipe.children.agent.command[0]=",
                "pipe.children.agent.command=a\0b",
                "pipe.children.agent.environment=A",
                "pipe.children.agent.environment.A=a\0b",
                "pipe.children.agent.environment[]=a",
                "pipe.children.agent.inherit-environment=A,,B",
                "pipe.children.agent.inherit-environment=A=b",
                "pipe.children.agent.inherit-environment=*_PATH",
                "pipe.children.agent.inherit-environment=a\0b",
                "pipe.children.agent.inherit-environment[0]=",
                "pipe.children.agent.inherit-environment[1]=A",
                "pipe.children.agent.working-directory=",
                "pipe.children.agent.working-directory=a\0b",
                "pipe.children.agent.pipelining=yes",
                "pipe.children.agent.pipelining=",
                "pipe.children.agent.charset=",
                "pipe.children.agent.charset=GBQ",
                "pipe.children.agent.charset=no charset",
                "pipe.children.agent.charset=UTF-16",
                "pipe.children.agent.charset=ISO-2022-CN",
                "pipe.children.agent.framing=",
                "pipe.children.agent.framing=lsp",
                "pipe.children.agent.framing=UINT32LE",
                "pipe.children.agent.restart=sometimes",
                "pipe.children.agent.restart=",
                "pipe.children.agent.restart-delay=0s",
                "pipe.children.agent.restart-delay=25h",
                "pipe.children.agent.restart-delay-max=0",
                "pipe.children.agent.restart-delay-max=10ms",
                "pipe.children.agent.restart-delay-max=never",
                "pipe.children.agent.restart-limit=0",
                "pipe.children.agent.restart-limit=1000000",
                "pipe.children.agent.restart-limit=many",
                "pipe.children.agent.stop-grace=-1s",
                "pipe.children.agent.stop-grace=200000d",
                "pipe.children.agent.stop-grace=99999999999999999d",
                "pipe.children.agent.stop-grace=${NO_SUCH_VARIABLE}",
                "pipe.children.agent.stop-grace=never",
                "pipe.children.agent.stop-input=",
                "pipe.children.agent.stop-input[0]=quit",
                "pipe.children.agent.stop-input=\ud800",
                "pipe.children. x.command=y",
                "pipe.children..command=y",
                "pipe.children.x.stop-grace=1s",
            })
    void whatCannotBeMeantIsRefusedByName(String setting, CapturedOutput output) {
        String name = setting.substring(0, setting.indexOf('=')).replace(".x.stop-grace", ".x.command");

        assertRefused(start().arguments("--" + setting), output, name);
    }

    @Test
    void aStopInputIsOneTextAndNotTooLong(CapturedOutput output) {
        String name = "pipe.children.agent.stop-input";
        assertRefused(start().arguments("--" + name + "=" + "x".repeat(4097)), output, name, "4096");
        start().arguments("--" + name + "=" + "x".repeat(4096)).settings().close();
        assertRefused(start().file("application.yaml", name + ": [quit, now]"), output, name);
    }

    @Test
    void aStopInputIsTextThatTheChildCanRead(CapturedOutput output) {
        String name = "pipe.children.agent.stop-input";
        String charset = "--pipe.children.agent.charset=GBK";
        assertRefused(start().arguments(charset, "--" + name + "=\ud83d\ude00"), output, name, "U+1F600");
        start().arguments(charset, "--" + name + "=\u4f60\u597d").settings().close();
    }

    @Test
    void aTokenAndATokenFileAreOneTooMany(CapturedOutput output) {
        assertRefused(
                start().arguments("--pipe.access.token=0123456789abcdef", "--pipe.access.token-file=x"),
                output,
                "pipe.access.token-file");
    }

    @Test
    void anEmptyVariableIsNoTokenFile(CapturedOutput output) {
        assertRefused(start().variable("PIPE_ACCESS_TOKEN_FILE", ""), output, "PIPE_ACCESS_TOKEN_FILE");
    }

    @Test
    void anEmptySettingThatAnotherSourceFillsDoesNoHarm() {
        start().file("application.yaml", "pipe.access.token:")
                .arguments("--pipe.access.token=0123456789abcdef")
                .settings()
                .close();
    }

    /** Otherwise a shorter limit alone would be refused because of settings that nobody made. */
    @Test
    void aShorterLimitShortensTheDefaults() {
        start().arguments("--pipe.limits.timeout=1s").settings().close();
    }

    @Test
    void profilesThatDifferBySpellingOnlyAreRefused(CapturedOutput output) {
        assertRefused(
                start().file("application.yaml", "pipe.children: {my-bot: {command: [a]}, myBot: {command: [b]}}"),
                output,
                "my-bot",
                "myBot");
    }

    @Test
    void aSettingThatIsThereTwiceIsRefused(CapturedOutput output) {
        assertRefused(
                start().file("application.yaml", "pipe.children.x: {command: [a], stopGrace: 1s, stop-grace: 2s}"),
                output,
                "stopGrace",
                "stop-grace");
    }
}
