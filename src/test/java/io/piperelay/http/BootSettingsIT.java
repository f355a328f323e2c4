package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayProcess;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Settings of Spring Boot's own below {@code server}, {@code spring} and {@code management}: each works, or the service does
 * not start and says which it was.
 */
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class BootSettingsIT {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "server.http2.enabled, true",
        "server.compression.enabled, true",
        "spring.servlet.multipart.enabled, true",
        "spring.mvc.formcontent.filter.enabled, true",
        "spring.mvc.hiddenmethod.filter.enabled, true",
        "spring.mvc.contentnegotiation.favor-parameter, true",
        "spring.mvc.problemdetails.enabled, true",
        "spring.mvc.dispatch-options-request, false",
        "spring.mvc.servlet.path, /api",
        "spring.mvc.apiversion.use.query-parameter, v",
        "spring.mvc.apiversion.required, true",
        "spring.servlet.encoding.force, true",
        "spring.servlet.encoding.force-response, true",
        "spring.jackson.property-naming-strategy, SNAKE_CASE",
        "spring.jackson.default-property-inclusion, non_null",
        "spring.main.web-application-type, none",
        "spring.main.lazy-initialization, true",
        "spring.main.register-shutdown-hook, false",
        "server.tomcat.max-connections, 10",
        "server.tomcat.threads.max, 10",
        "server.tomcat.basedir, /tmp",
        "server.tomcat.accesslog.enabled, true",
        "management.endpoints.web.base-path, /manage",
        "management.endpoints.web.path-mapping.health, healthz",
        "management.server.port, 0"
    })
    void whatTheServiceCannotBearIsRefusedByName(String name, String value) {
        assertThatThrownBy(() -> RelayService.start(Settings.ordinary().with(name, value))
                        .close())
                .hasStackTraceContaining(name);
    }

    @Test
    void anOperatorIsToldInOneLine() throws InterruptedException {
        try (RelayProcess refused = RelayProcess.with(Settings.ordinary())
                .logging("root", "warn")
                .variable("SERVER_HTTP2_ENABLED", "true")
                .launch()) {
            assertThat(refused.exitCode(Duration.ofSeconds(90))).isEqualTo(1);
            assertThat(refused.log().strip().lines())
                    .singleElement()
                    .asString()
                    .contains("pipe-relay does not start", "server.http2.enabled");
        }
    }

    /** The default, set explicitly. */
    @ParameterizedTest
    @ValueSource(strings = {"server.http2.enabled", "server.compression.enabled", "spring.servlet.multipart.enabled"})
    void whatIsOffMayBeSaidToBe(String name) {
        assertWorks(Settings.ordinary().with(name, "false"));
    }

    @Test
    void settingsOfTheContainerWork() {
        assertWorks(Settings.ordinary()
                .with("server.shutdown", "immediate")
                .with("server.server-header", "mine")
                .with("server.max-http-request-header-size", "4KB")
                .with("server.tomcat.max-swallow-size", "0")
                .with("server.tomcat.max-keep-alive-requests", "1")
                .with("server.tomcat.keep-alive-timeout", "1s")
                .with("server.tomcat.processor-cache", "1")
                .with("server.tomcat.threads.min-spare", "1")
                .with("server.tomcat.accept-count", "1")
                .with("server.tomcat.max-http-form-post-size", "1B")
                .with("server.tomcat.max-parameter-count", "1")
                .with("server.tomcat.relaxed-path-chars", "|")
                .with("server.tomcat.relaxed-query-chars", "|")
                .with("server.tomcat.uri-encoding", "ISO-8859-1")
                .with("server.tomcat.use-relative-redirects", "true")
                .with("server.tomcat.redirect-context-root", "true")
                .with("server.tomcat.mbeanregistry.enabled", "true")
                .with("server.tomcat.accesslog.enabled", "true")
                .with("server.tomcat.accesslog.directory", folder.toString())
                .with("server.servlet.register-default-servlet", "true")
                .with("server.servlet.session.persistent", "true"));
    }

    @Test
    void settingsOfTheFrameworkWork() {
        assertWorks(Settings.ordinary()
                .with("spring.threads.virtual.enabled", "false")
                .with("spring.autoconfigure.exclude", "")
                .with("spring.servlet.encoding.charset", "ISO-8859-1")
                .with("spring.mvc.dispatch-trace-request", "true")
                .with("spring.mvc.pathmatch.matching-strategy", "ant-path-matcher")
                .with("spring.mvc.async.request-timeout", "1ms")
                .with("spring.mvc.log-request-details", "true")
                .with("spring.web.locale", "zh")
                .with("spring.web.locale-resolver", "fixed")
                .with("spring.web.resources.add-mappings", "false")
                .with("spring.web.error.include-stacktrace", "always")
                .with("spring.web.error.include-exception", "true")
                .with("spring.web.error.include-message", "always")
                .with("spring.main.keep-alive", "true")
                .with("spring.lifecycle.timeout-per-shutdown-phase", "5s")
                .with("management.endpoints.web.cors.allowed-origins", "*")
                .with("management.endpoint.health.show-details", "always")
                .with("management.endpoint.health.probes.enabled", "true"));
    }

    private static void assertWorks(Settings settings) {
        try (RelayService service = RelayService.start(settings.cat())) {
            RelayClient client = service.client();
            client.session("cat");
            for (String type : List.of(
                    "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json")) {
                String body = "_method=DELETE&format=json&v=1";
                assertThat(client.post("/pipe/exchange", body, "Content-Type", type)
                                .text())
                        .isEqualTo(body + "\n");
                assertThat(client.post("/pipe/write?append=lf", body, "Content-Type", type)
                                .status())
                        .isEqualTo(200);
                Answer read = client.get("/pipe/read?until=lf&timeout=30s", "Accept", "application/octet-stream");
                assertThat(read.text()).isEqualTo(body + "\n");
                assertThat(read.header("Content-Type")).isEqualTo("application/octet-stream");
            }
            assertThat(client.get("/pipe").json().path("child").has("exitCode")).isTrue();
            assertThat(client.get("/nowhere").problem()).isEqualTo("not-found");
            assertThat(client.get("/pipe/read?max=0", "Accept-Language", "en").problem())
                    .isEqualTo("invalid-parameter");
            assertThat(client.get("/pipe", "Accept", "image/png").problem()).isEqualTo("not-acceptable");
            assertThat(client.method("PUT", "/pipe").problem()).isEqualTo("method-not-allowed");
            assertThat(client.method("OPTIONS", "/pipe").header("Allow").split(","))
                    .containsExactlyInAnyOrder("GET", "HEAD", "POST", "DELETE", "OPTIONS");
            assertThat(client.get("/actuator/health").status()).isEqualTo(200);
            assertThat(client.get("/swagger-ui/index.html").status()).isEqualTo(200);
            assertThat(client.delete("/pipe").status()).isEqualTo(200);
        }
    }
}
