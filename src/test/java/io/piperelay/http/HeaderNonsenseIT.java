package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RawConnection;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayProcess;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import io.piperelay.http.support.Soak;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Invalid values in headers that a framework parses are the client's fault, and nothing for the log. */
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class HeaderNonsenseIT {

    private static final List<String> ROUTES = List.of(
            "GET /pipe",
            "POST /pipe",
            "GET /pipe/read?timeout=0s",
            "POST /pipe/write",
            "GET /pipe/errors",
            "GET /pipe/children",
            "GET /",
            "GET /console/main.js",
            "GET /swagger-ui.html",
            "GET /swagger-ui/index.html",
            "GET /swagger-ui/swagger-initializer.js",
            "GET /v3/api-docs",
            "GET /v3/api-docs.yaml",
            "GET /v3/api-docs/swagger-config",
            "GET /problems/no-session",
            "GET /actuator",
            "GET /actuator/health",
            "GET /actuator/info",
            "GET /actuator/metrics/jvm.info",
            "POST /actuator/metrics/jvm.info",
            "OPTIONS /pipe",
            "OPTIONS *",
            "GET /nowhere");

    private static final List<String> HEADERS = List.of(
            "Accept",
            "Accept-Language",
            "Accept-Charset",
            "Accept-Encoding",
            "Content-Type",
            "Content-Encoding",
            "Content-Disposition",
            "X-Forwarded-Host",
            "X-Forwarded-Port",
            "X-Forwarded-Proto",
            "X-Forwarded-Prefix",
            "X-Forwarded-For",
            "X-Forwarded-Ssl",
            "Forwarded",
            "Range",
            "If-Range",
            "If-Match",
            "If-None-Match",
            "If-Modified-Since",
            "If-Unmodified-Since",
            "Cookie",
            "Authorization",
            "Origin",
            "Access-Control-Request-Method",
            "Access-Control-Request-Headers",
            "Expect",
            "Last-Event-ID",
            "Upgrade",
            "X-HTTP-Method-Override");

    private static final List<String> NONSENSE = List.of(
            "",
            ",",
            ";",
            ":",
            "*",
            "/",
            "a/",
            "*/x",
            "\"",
            "a:b",
            "a:99999",
            "[::1",
            "http://",
            "-1",
            "%zz",
            "text/plain;q=x",
            "text/plain;charset=nonsense",
            "multipart/form-data",
            "bytes=9-1,x",
            "W/\"",
            "99999999999999999999",
            "for=\"[;host=;proto=:",
            "\u007f",
            "\u00ff\u00fe",
            "x".repeat(3000));

    /** The values that revealed the faults, and similar ones. */
    @Test
    void noHeaderIsAFaultOfTheServiceAndNoneIsLogged() throws IOException {
        try (RelayProcess service =
                RelayProcess.with(Settings.ordinary()).logging("root", "warn").start()) {
            RelayClient client = service.client();
            client.session("agent");
            String before = service.log();
            assertThat(answer(client, "GET /actuator/health", "Accept", ",").status())
                    .isEqualTo(400);
            assertThat(answer(client, "GET /actuator/metrics/jvm.info", "Content-Type", "*")
                            .status())
                    .isEqualTo(400);
            assertThat(answer(client, "GET /swagger-ui/index.html", "X-Forwarded-Host", "a:b")
                            .status())
                    .isEqualTo(200);

            assertNoFault(client, ROUTES);

            assertThat(service.log().substring(before.length())).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"framework", "native"})
    void norIsOneThatAProxyIsTrustedWith(String strategy) throws IOException {
        try (RelayService service =
                RelayService.start(Settings.ordinary().with("server.forward-headers-strategy", strategy))) {
            assertNoFault(
                    service.client(),
                    List.of(
                            "GET /pipe",
                            "POST /pipe",
                            "GET /swagger-ui.html",
                            "GET /v3/api-docs",
                            "GET /",
                            "GET /actuator"));
        }
    }

    /** An ordinary build tries only some of the many combinations, different ones each time. */
    private static void assertNoFault(RelayClient client, List<String> routes) throws IOException {
        long seed = Soak.seed();
        var random = new Random(seed);
        for (String route : routes) {
            for (String header : HEADERS) {
                for (String value : NONSENSE) {
                    if (random.nextInt(Soak.count(12, 1)) > 0) {
                        continue;
                    }
                    Answer answer = answer(client, route, header, value);
                    assertThat(answer.status())
                            .as(() -> "seed " + seed + ": " + route + " with " + header + ": " + value + " gives "
                                    + answer)
                            .isLessThan(500);
                }
            }
        }
    }

    private static Answer answer(RelayClient client, String route, String header, String value) throws IOException {
        try (RawConnection connection = client.connect()) {
            return connection
                    .head(route, header + ": " + value, "Content-Length: 0", "Connection: close")
                    .answer();
        }
    }
}
