package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RawConnection;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, in the running service. */
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

    @Test
    void onlyOneLoopbackAddressIsBoundByDefault() throws SocketException {
        assertThat(isOpen("127.0.0.1", open.port())).isTrue();
        assertThat(isOpen("127.0.0.2", open.port())).isFalse();
        for (String address : addressesBeyondLoopback()) {
            assertThat(isOpen(address, open.port())).as(address).isFalse();
        }
    }

    private static List<String> addressesBeyondLoopback() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress())
                .map(InetAddress::getHostAddress)
                .toList();
    }

    private static boolean isOpen(String address, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 2_000);
            return true;
        } catch (IOException e) {
            return false; // Refused, or dropped by a firewall.
        }
    }

    @Test
    void anotherBindWithATokenAndAllowedHostsIsGuardedByBoth() throws IOException {
        try (RelayService wide = RelayService.start(Settings.ordinary()
                .with("server.address", "0.0.0.0")
                .with("pipe.access.token", TOKEN)
                .with("pipe.access.allowed-hosts", "relay.example"))) {
            assertThat(isOpen("127.0.0.2", wide.port())).isTrue();

            assertThat(answer(wide, "relay.example", TOKEN).json().toString()).isEqualTo("[\"agent\",\"bingo\"]");
            assertThat(answer(wide, "relay.example:8080", TOKEN).status()).isEqualTo(200);
            assertThat(answer(wide, "relay.example", "").problem()).isEqualTo("unauthorized");
            assertThat(answer(wide, "relay.example", TOKEN + "x").status()).isEqualTo(401);
            assertThat(answer(wide, "evil.example", TOKEN).problem()).isEqualTo("forbidden");
            assertThat(answer(wide, "relay.example.evil.example", TOKEN).status())
                    .isEqualTo(403);
        }
    }

    /** The answer to a program that uses another address. */
    private static Answer answer(RelayService service, String host, String token) throws IOException {
        try (RawConnection connection = new RawConnection(new Socket("127.0.0.2", service.port()))) {
            connection.send("GET /pipe/children HTTP/1.1\r\nHost: " + host + "\r\n"
                    + (token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n") + "\r\n");
            return connection.answer();
        }
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
    void anotherNameIsRefusedWithoutAToken() {
        assertRefused(Settings.ordinary().with("pipe.access.allowed-hosts", "localhost,relay.lan"), "relay.lan");
        try (RelayService service = RelayService.start(
                Settings.ordinary().with("pipe.access.allowed-hosts", "LocalHost,127.0.0.2,[::1]"))) {
            assertThat(service.port()).isPositive();
        }
    }

    @Test
    void anHttpOneDotZeroHealthCheckNeedsNoHost() throws IOException {
        for (RelayService service : List.of(open, guarded)) {
            assertThat(said(service, "GET /actuator/health HTTP/1.0\r\n\r\n").status())
                    .isEqualTo(200);
            assertThat(said(service, "GET /actuator/health HTTP/1.1\r\n\r\n").status())
                    .isEqualTo(400);
        }
        assertThat(said(guarded, "GET /pipe/children HTTP/1.0\r\n\r\n").status())
                .isEqualTo(401);
        assertThat(said(guarded, "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .status())
                .isEqualTo(401);
    }

    private static Answer said(RelayService service, String request) throws IOException {
        try (RawConnection connection = service.client().connect()) {
            return connection.send(request).answer();
        }
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
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it looks at POSIX permissions")
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
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it looks at POSIX permissions")
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
                "/pipe/signal",
                "/pipe/write",
                "/pipe/read",
                "/pipe/exchange",
                "/pipe/stream",
                "/pipe/events",
                "/pipe/errors",
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
                Answer answer = method.equals("HEAD") ? connection.answerHead() : connection.answer();
                assertThat(answer.status()).as(method + " " + path).isEqualTo(403);
                assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
                if (!method.equals("HEAD")) {
                    assertThat(answer.problem()).isEqualTo("forbidden");
                    assertThat(answer.json().path("status").asInt()).isEqualTo(403);
                    assertThat(answer.json().path("instance").asString()).isEqualTo(path);
                    assertThat(answer.json().path("detail").asString()).contains("pipe.access.allowed-hosts");
                }
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
            for (String path : List.of("/pipe/read", "/pipe/stream", "/pipe/events")) {
                Answer refused = client.get(path, header);
                assertThat(refused.status())
                        .as(path + " " + String.join(": ", header))
                        .isEqualTo(403);
                assertThat(refused.problem()).isEqualTo("forbidden");
                assertThat(refused.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control"));
            }
        }
        assertThat(client.get("/pipe/read?until=lf").text()).isEqualTo("secret\n");
    }

    /** As Swagger UI's page sends them, with the type that it proposes for a form. */
    @Test
    void requestsOfSwaggerUiAreAnswered() {
        assertWritesFromOwnPageArrive(open);
        assertWritesFromOwnPageArrive(guarded, "Authorization", "Bearer " + TOKEN);
    }

    private static void assertWritesFromOwnPageArrive(RelayService service, String... authorization) {
        RelayClient client = service.client();
        String origin = "http://127.0.0.1:" + client.port();
        List<String> headers = new ArrayList<>(List.of(
                "Origin", origin,
                "Referer", origin + "/swagger-ui/index.html",
                "Sec-Fetch-Site", "same-origin",
                "Sec-Fetch-Mode", "cors",
                "Sec-Fetch-Dest", "empty"));
        headers.addAll(List.of(authorization));
        String[] page = headers.toArray(String[]::new);
        headers.addAll(List.of("Content-Type", "application/x-www-form-urlencoded"));
        String[] form = headers.toArray(String[]::new);

        assertThat(client.post("/pipe?replace=true", new byte[0], page).status())
                .isEqualTo(201);
        Answer written = client.post("/pipe/write?append=lf", "a=1&b=%C4%B0+x", form);
        assertThat(written.status()).as(written.toString()).isEqualTo(200);
        assertThat(written.json().path("written").asInt()).isEqualTo(15);
        assertThat(client.get("/pipe/read?until=lf&timeout=30s", page).text()).isEqualTo("a=1&b=%C4%B0+x\n");
        assertThat(client.post("/pipe/exchange?timeout=30s", "c=2", form).text())
                .isEqualTo("c=2\n");
        assertThat(client.delete("/pipe", page).status()).isEqualTo(200);
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
    void theActuatorLeadsToLittle() {
        assertThat(open.client().get("/actuator").json().path("_links").propertyNames())
                .containsExactlyInAnyOrder(
                        "self", "health", "health-path", "info", "metrics", "metrics-requiredMetricName", "prometheus");
    }

    @ParameterizedTest
    @CsvSource({
        "/actuator/health, 200",
        "/actuator/info, 200",
        "/actuator/metrics, 200",
        "/actuator/prometheus, 200",
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
}
