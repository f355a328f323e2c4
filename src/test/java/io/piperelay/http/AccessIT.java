package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Who is let in, in the running service. */
@ExtendWith(OutputCaptureExtension.class)
class AccessIT {

    private static final String TOKEN = "a-token-that-nobody-guesses-0123456789";

    private static RelayService open;
    private static RelayService guarded;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        open = RelayService.start(Settings.ordinary());
        guarded = RelayService.start(Settings.ordinary().with("pipe.access.token", TOKEN));
    }

    @AfterAll
    static void stop() {
        open.close();
        guarded.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost"})
    void aLoopbackBindNeedsNoToken(String address) {
        try (RelayService service = RelayService.start(Settings.ordinary().with("server.address", address))) {
            assertThat(service.port()).isPositive();
        }
    }

    @Test
    void anotherBindIsRefusedWithoutATokenAndAllowedHosts() {
        Settings wide = Settings.ordinary().with("server.address", "0.0.0.0");

        assertRefused(wide, "loopback");
        assertRefused(wide.with("pipe.access.token", TOKEN), "loopback");
        assertRefused(
                Settings.ordinary()
                        .with("server.address", "0.0.0.0")
                        .with("pipe.access.allowed-hosts", "relay.example"),
                "loopback");
    }

    @Test
    void managementOnAPortOfItsOwnIsRefused() {
        assertRefused(Settings.ordinary().with("management.server.port", "0"), "management.server.port");
    }

    @Test
    void aWeakTokenIsRefused() {
        assertRefused(Settings.ordinary().with("pipe.access.token", "12345"), "token");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aTokenFileIsMadeForItsOwnerAlone() throws IOException {
        Path file = folder.resolve("token");

        try (RelayService service =
                RelayService.start(Settings.ordinary().with("pipe.access.token-file", file.toString()))) {
            String token = Files.readString(file).strip();
            assertThat(token).matches("[0-9a-f]{64}");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(service.client().get("/pipe/children").status()).isEqualTo(401);
            assertThat(service.client()
                            .get("/pipe/children", "Authorization", "Bearer " + token)
                            .status())
                    .isEqualTo(200);
        }
        try (RelayService again =
                RelayService.start(Settings.ordinary().with("pipe.access.token-file", file.toString()))) {
            assertThat(again.client()
                            .get(
                                    "/pipe/children",
                                    "Authorization",
                                    "Bearer " + Files.readString(file).strip())
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aTokenFileThatOthersCanReadIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("token"), TOKEN);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertRefused(Settings.ordinary().with("pipe.access.token-file", file.toString()), "chmod 600");
    }

    private static void assertRefused(Settings settings, String because) {
        assertThatThrownBy(() -> RelayService.start(settings).close())
                .rootCause()
                .hasMessageContaining(because);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/pipe",
                "/pipe/read",
                "/pipe/children",
                "/",
                "/swagger-ui/index.html",
                "/v3/api-docs",
                "/actuator/health",
                "/problems/no-session",
                "/nowhere"
            })
    void aForeignHostIsRefusedEverywhere(String path) throws IOException {
        for (String method : new String[] {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"}) {
            try (RawConnection connection = open.client().connect()) {
                connection.send(
                        method + " " + path + " HTTP/1.1\r\nHost: rebound.example:8080\r\nContent-Length: 0\r\n\r\n");
                assertThat(connection.answerHead().status())
                        .as(method + " " + path)
                        .isEqualTo(403);
            }
        }
    }

    @Test
    void aForeignPageTakesNoBytes() {
        RelayClient client = open.client();
        client.session("agent");
        client.write("secret\n");

        for (String[] header : new String[][] {
            {"Origin", "http://evil.example"},
            {"Origin", "null"},
            {"Sec-Fetch-Site", "cross-site"},
            {"Sec-Fetch-Site", "same-site"}
        }) {
            Answer refused = client.get("/pipe/read", header);
            assertThat(refused.status()).as(String.join(": ", header)).isEqualTo(403);
            assertThat(refused.problem()).isEqualTo("forbidden");
            assertThat(refused.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control"));
        }
        assertThat(client.get("/pipe/read?until=lf").text()).isEqualTo("secret\n");
    }

    @Test
    void ownPagesNoticeNothing() {
        RelayClient client = open.client();
        String origin = "http://127.0.0.1:" + client.port();

        assertThat(client.get("/pipe/children", "Origin", origin, "Sec-Fetch-Site", "same-origin")
                        .status())
                .isEqualTo(200);
        assertThat(client.get("/swagger-ui/index.html", "Sec-Fetch-Site", "none")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void preflightsAreNotAnswered() {
        Answer preflight = open.client()
                .method(
                        "OPTIONS",
                        "/pipe/write",
                        "Origin",
                        "http://evil.example",
                        "Access-Control-Request-Method",
                        "POST");

        assertThat(preflight.status()).isEqualTo(403);
        assertThat(preflight.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control"));
    }

    @Test
    void theTokenIsNeverLoggedOrEchoed(CapturedOutput output) {
        RelayClient client = guarded.client();

        Answer inUrl = client.get("/pipe?access_token=" + TOKEN);
        Answer inHeader = client.get("/pipe?access_token=" + TOKEN, "Authorization", "Bearer " + TOKEN);

        assertThat(inUrl.status()).isEqualTo(401);
        assertThat(inUrl.text()).doesNotContain(TOKEN);
        assertThat(inHeader.status()).isEqualTo(400);
        assertThat(inHeader.text()).doesNotContain(TOKEN);
        assertThat(output.getAll()).doesNotContain(TOKEN);
    }

    @ParameterizedTest
    @CsvSource({
        "/actuator/health, 200",
        "/actuator/info, 200",
        "/actuator/metrics, 200",
        "/actuator/env, 404",
        "/actuator/beans, 404",
        "/actuator/heapdump, 404",
        "/actuator/threaddump, 404",
        "/actuator/loggers, 404",
        "/actuator/mappings, 404",
        "/actuator/shutdown, 404"
    })
    void theActuatorShowsLittle(String path, int status) {
        assertThat(open.client().get(path).status()).isEqualTo(status);
    }

    @Test
    void whatClientsSendCannotForgeLinesInTheLog(CapturedOutput output) throws IOException {
        String[] nasty = {
            "GET /pipe?x=%0d%0aforged%1b[31m HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET /%1b%5b31mforged HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET /\u001b[31mforged HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "F\u001b[31mforged / HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: local\u001b[31mforged\r\n\r\n",
            "POST /pipe HTTP/1.1\r\nHost: localhost\r\nContent-Type: a\u001b[31mforged\r\nContent-Length: 2\r\n\r\n{}",
        };
        for (String request : nasty) {
            try (RawConnection connection = open.client().connect()) {
                connection.send(request);
                assertThat(connection.answerHead().status()).as(request).isBetween(400, 499);
            }
        }
        assertThat(output.getAll()).doesNotContain("\u001b[31m").doesNotContainPattern("(?m)^forged");
    }
}
