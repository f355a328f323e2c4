package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.piperelay.child.Children;
import io.piperelay.child.MisbehavingChild;
import io.piperelay.http.support.Readme;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayProcess;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import tools.jackson.databind.JsonNode;

/** A session that is there from the start: by {@code pipe.start}, or of a command behind {@code --}. */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class StartedChildIT {

    private static final Duration DEADLINE = Duration.ofSeconds(90);

    private static RelayProcess.Launch launch(Settings settings, String... command) {
        return RelayProcess.with(settings).child(List.of(command));
    }

    /** Each argument that the child got. */
    private static String[] arguments(RelayClient client) {
        return new String(client.readToEnd(), StandardCharsets.UTF_8).split("\0");
    }

    private static String[] printingArguments(String... arguments) {
        List<String> command = new ArrayList<>(MisbehavingChild.command("arguments"));
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }

    @Test
    void aConfiguredChildIsThereWhenTheServiceIsReady() {
        try (RelayService service = RelayService.start(Settings.ordinary().cat().with("pipe.start", "cat"))) {
            JsonNode status = service.client().status();

            assertThat(status.path("child").path("name").asString()).isEqualTo("cat");
            assertThat(status.path("topology").asString()).isEqualTo("duplex");
            assertThat(service.client().post("/pipe/exchange", "hello").text()).isEqualTo("hello\n");
            assertThat(service.client().post("/pipe").status()).isEqualTo(409);
        }
    }

    @Test
    void whatIsBehindTwoHyphensIsTheChildsAlone() {
        String[] arguments = {"--server.port=1", "--", "--pipe.nonsense=x", "", "a,b", "${HOME}"};
        try (RelayProcess service =
                launch(Settings.ordinary(), printingArguments(arguments)).start()) {
            RelayClient client = service.client();

            assertThat(client.status().path("child").path("name").asString()).isEqualTo("java");
            assertThat(arguments(client)).containsExactly(arguments);
            assertThat(service.log()).contains("with a session of 'java'", "/pipe/exchange");
        }
    }

    /** As they stand, but for Maven and the port. */
    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no bc")
    void theFirstLinesOfTheReadmeDoWhatTheyShow() {
        Matcher shown = Pattern.compile(
                        "arguments=\"-- (bc -q)\"\\s+curl -d '(.*)' http://127.0.0.1:8080(\\S+)\\s+(\\S+)\n")
                .matcher(Readme.text());
        assertThat(shown.find()).isTrue();
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/bc")), "bc is not installed");
        try (RelayProcess service =
                launch(Settings.ordinary(), shown.group(1).split(" ")).start()) {
            assertThat(service.client().post(shown.group(3), shown.group(2)).text())
                    .isEqualTo(shown.group(4) + "\n");
        }
    }

    @Test
    void itsProfileCanBeCreatedAgain() {
        String[] cat = Children.cat().toArray(String[]::new);
        try (RelayProcess service = launch(Settings.ordinary(), cat).start()) {
            RelayClient client = service.client();
            String name = client.status().path("child").path("name").asString();

            client.session(name);

            assertThat(client.post("/pipe/exchange", "again").text()).isEqualTo("again\n");
        }
    }

    /** Its command is the one behind the hyphens, and the rest is what is configured. */
    @Test
    void aConfiguredProfileOfThatNameKeepsItsOtherSettings() {
        Settings settings = Settings.ordinary()
                .sleeping("java")
                .with("pipe.children.java.inherit-environment", "")
                .with("pipe.children.java.environment.ONLY", "this one")
                .sleeping("other")
                .with("pipe.start", "other");
        String[] command = MisbehavingChild.command("environment").toArray(String[]::new);
        try (RelayProcess service = launch(settings, command).start()) {
            assertThat(arguments(service.client())).contains("ONLY=this one").noneMatch(it -> it.startsWith("HOME="));
        }
    }

    @Test
    void aCommandThatCannotBeLaunchedEndsTheServiceWithOneLine() throws InterruptedException {
        assertFails("'no-such-program' can't be started", "no-such-program");
    }

    @Test
    void noCommandEndsTheServiceWithOneLine() throws InterruptedException {
        assertFails("there is no program");
    }

    private static void assertFails(String reason, String... command) throws InterruptedException {
        try (RelayProcess service =
                launch(Settings.ordinary(), command).logging("root", "warn").launch()) {
            assertThat(service.exitCode(DEADLINE)).as(service.log()).isEqualTo(1);
            assertThat(service.log().strip().lines()).singleElement().asString().contains(reason);
        }
    }

    @Test
    void aServiceThatCannotListenLeavesNoChild() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                RelayProcess service = launch(
                                Settings.ordinary().with("server.port", Integer.toString(taken.getLocalPort())),
                                Children.sleep().toArray(String[]::new))
                        .launch()) {
            await().atMost(DEADLINE).until(() -> service.log().contains("started, duplex"));
            long child = Long.parseLong(service.log().replaceFirst("(?s).*pid (\\d+).*", "$1"));

            assertThat(service.exitCode(DEADLINE)).as(service.log()).isEqualTo(1);
            assertThat(ProcessHandle.of(child).filter(ProcessHandle::isAlive)).isEmpty();
        }
    }
}
