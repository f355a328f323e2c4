package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RawConnection;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The service below a prefix: a context path of its own, or one that a proxy removes. */
class PrefixIT {

    private static final String PREFIX = "/tools/relay";
    private static final String TOKEN = "a-token-that-nobody-guesses-0123456789";
    private static final List<RelayService> SERVICES = new ArrayList<>();

    private static Way contextPath;
    private static Way framework;
    private static Way container;
    private static Way nobody;

    /**
     * @param service the service to call
     * @param sent the prefix of a path in requests to the service
     * @param seen the prefix of a path as a client sees it
     */
    private record Way(String name, RelayService service, String sent, String seen, String... headers) {

        Answer get(String path) {
            return service.client().get(sent + path, headers);
        }

        Answer withToken(String method, String path) {
            List<String> all = new ArrayList<>(List.of(headers));
            all.addAll(List.of("Authorization", "Bearer " + TOKEN));
            return service.client().method(method, sent + path, all.toArray(String[]::new));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void start() {
        String[] forwarded = {
            "X-Forwarded-Prefix", PREFIX, "X-Forwarded-Host", "relay.example", "X-Forwarded-Proto", "https"
        };
        contextPath = new Way("context path", start("server.servlet.context-path", PREFIX), PREFIX, PREFIX);
        framework = new Way("framework", start("server.forward-headers-strategy", "framework"), "", PREFIX, forwarded);
        container = new Way("native", start("server.forward-headers-strategy", "native"), "", "", forwarded);
        nobody = new Way("none", start("server.forward-headers-strategy", "none"), "", "", forwarded);
    }

    private static RelayService start(String setting, String value) {
        RelayService service = RelayService.start(Settings.ordinary()
                .with("pipe.access.token", TOKEN)
                .with("pipe.limits.connections", "3")
                .with(setting, value));
        SERVICES.add(service);
        return service;
    }

    static Stream<Way> ways() {
        return Stream.of(contextPath, framework, container, nobody);
    }

    @AfterAll
    static void stop() {
        SERVICES.forEach(RelayService::close);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void pagesAndHealthNeedNoToken(Way way) {
        for (String page : List.of(
                "/actuator/health",
                "/",
                "/console/main.js",
                "/swagger-ui/index.html",
                "/swagger-ui/swagger-ui.css",
                "/problems/no-session")) {
            assertThat(way.get(page).status()).as(page).isEqualTo(200);
        }
        assertThat(way.get("/").text()).contains(" " + way.seen() + "/swagger-ui.html ");
        assertThat(way.get("/swagger-ui.html").header("Location")).endsWith(way.seen() + "/swagger-ui/index.html");
        assertThat(way.get("/actuator/metrics").status()).isEqualTo(401);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void whatIsBelowThePipeIsGuardedAndNeverStored(Way way) {
        for (String path : List.of("/pipe", "/pipe/read", "/pipe/children")) {
            Answer refused = way.get(path);
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.json().path("type").asString()).isEqualTo(way.seen() + "/problems/unauthorized");
            assertThat(refused.json().path("instance").asString()).isEqualTo(way.seen() + path);
        }
        assertThat(way.withToken("GET", "/pipe/children").header("Cache-Control"))
                .isEqualTo("no-store");
        assertThat(way.withToken("HEAD", "/pipe/children").header("Cache-Control"))
                .isEqualTo("no-store");
    }

    @ParameterizedTest
    @MethodSource("ways")
    void linksLeadWhereTheClientSeesTheService(Way way) {
        assertThat(way.withToken("POST", "/pipe").header("Location")).isEqualTo(way.seen() + "/pipe");
        way.withToken("DELETE", "/pipe");
        assertThat(way.get("/problems/no-session").json().path("type").asString())
                .isEqualTo(way.seen() + "/problems/no-session");
        String server = way.seen().isEmpty() ? "/" : way.seen();
        assertThat(way.get("/v3/api-docs")
                        .json()
                        .path("servers")
                        .path(0)
                        .path("url")
                        .asString())
                .isEqualTo(server);
        assertThat(way.get("/v3/api-docs.yaml").text()).contains("\nservers:\n  - url: " + server + "\n");
        assertThat(way.get("/v3/api-docs/swagger-config").json().path("url").asString())
                .isEqualTo(way.seen() + "/v3/api-docs");
        assertThat(way.get("/swagger-ui/swagger-initializer.js").text())
                .contains("\"" + way.seen() + "/v3/api-docs/swagger-config\"");
    }

    @ParameterizedTest
    @MethodSource("ways")
    void statusAndHealthAnswerAlsoWhenThereAreTooManyConnections(Way way) throws IOException {
        List<RawConnection> connections = new ArrayList<>();
        try {
            for (int i = 0; i < 6; i++) {
                RawConnection connection = way.service().client().connect();
                connections.add(connection);
                connection.send("GET ");
            }
            assertThat(said(way, "/actuator/health").status()).isEqualTo(200);
            assertThat(said(way, "/pipe").status()).isEqualTo(404);
            assertThat(said(way, "/pipe/children").status()).isEqualTo(503);
        } finally {
            for (RawConnection connection : connections) {
                connection.close();
            }
        }
    }

    private static Answer said(Way way, String path) throws IOException {
        try (RawConnection connection = way.service().client().connect()) {
            return connection
                    .head("GET " + way.sent() + path, "Authorization: Bearer " + TOKEN)
                    .answer();
        }
    }

    /** A client may reach the service without the proxy, and a proxy may pass on what a client has made up. */
    @ParameterizedTest
    @MethodSource("ways")
    void noHeaderOfAProxyLetsAnybodyIn(Way way) throws IOException {
        for (String forged : List.of(
                "X-Forwarded-Host: localhost",
                "Forwarded: host=localhost;for=127.0.0.1;proto=https",
                "X-Forwarded-For: 127.0.0.1",
                "X-Forwarded-Prefix: /problems",
                "X-Forwarded-Prefix: /swagger-ui",
                "X-Forwarded-Host: evil.example")) {
            assertThat(said(way, "Host: evil.example", "Authorization: Bearer " + TOKEN, forged))
                    .as(forged)
                    .isEqualTo(403);
            assertThat(said(
                            way,
                            "Host: localhost",
                            "Authorization: Bearer " + TOKEN,
                            "Origin: https://evil.example",
                            forged))
                    .as(forged)
                    .isEqualTo(403);
            assertThat(said(way, "Host: localhost", forged)).as(forged).isEqualTo(401);
        }
    }

    private static int said(Way way, String... headers) throws IOException {
        try (RawConnection connection = way.service().client().connect()) {
            return connection
                    .send("GET " + way.sent() + "/pipe HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\n\r\n")
                    .answer()
                    .status();
        }
    }

    @Test
    void theContextPathItselfLeadsThoseToThePageWhoAreLetIn() throws IOException {
        assertThat(contextPath.get("").header("Location")).isEqualTo(PREFIX + "/");
        try (RawConnection connection = contextPath.service().client().connect()) {
            Answer refused = connection
                    .send("GET " + PREFIX + " HTTP/1.1\r\nHost: evil.example\r\n\r\n")
                    .answer();
            assertThat(refused.status()).isEqualTo(403);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"//evil.example", "/a\"b", "x", "/<b>", "*", "/a b"})
    void aPrefixThatIsNoPathIsRefused(String prefix) {
        Answer refused = framework.service().client().get("/", "X-Forwarded-Prefix", prefix);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.problem()).contains("bad-request");
    }
}
