package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.child.Children;
import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** The service's health, as those who watch over it ask for it. What the component {@code pipe} says is in RestartIT. */
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class HealthIT {

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final String TOKEN = "a-token-that-nobody-guesses-0123456789";
    private static final String HEALTH = "/actuator/health";
    private static final String READINESS = "/actuator/health/readiness";
    private static final String LIVENESS = "/actuator/health/liveness";

    private static Settings settings() {
        return Settings.ordinary()
                .cat()
                .child("held", Children.cat())
                .with("pipe.children.held.restart", "always")
                .with("pipe.children.held.restart-delay", "10m")
                .child("kept", Children.cat())
                .with("pipe.children.kept.restart", "always")
                .with("pipe.children.kept.restart-delay", "1ms");
    }

    private static void kill(RelayClient client) {
        assertThat(client.post("/pipe/signal?name=kill").status()).isEqualTo(200);
    }

    private static void assertAnswer(Answer health, int status, String state) {
        assertThat(health.status()).as(health.toString()).isEqualTo(status);
        assertThat(health.json().path("status").asString()).isEqualTo(state);
    }

    private static void awaitReadiness(RelayClient client, int status, String state) {
        await().atMost(DEADLINE).untilAsserted(() -> assertAnswer(client.get(READINESS), status, state));
        assertAnswer(client.get(LIVENESS), 200, "UP");
    }

    @Test
    void withoutAChildThatIsExpectedTheServiceIsReadyWhateverBecomesOfIts() {
        try (RelayService service = RelayService.start(settings())) {
            RelayClient client = service.client();
            awaitReadiness(client, 200, "UP");
            client.session("held");
            kill(client);
            client.awaitExit(DEADLINE);

            awaitReadiness(client, 200, "UP");
            client.session("cat");
            kill(client);
            client.awaitExit(DEADLINE);

            awaitReadiness(client, 200, "UP");
            assertAnswer(client.get(HEALTH), 200, "UP");
        }
    }

    @Test
    void aChildThatIsExpectedAndNotRestartedMakesTheServiceDownByItsExit() {
        try (RelayService service = RelayService.start(settings().with("pipe.start", "cat"))) {
            RelayClient client = service.client();
            awaitReadiness(client, 200, "UP");

            kill(client);

            awaitReadiness(client, 503, "DOWN");
            assertAnswer(client.get(HEALTH), 503, "DOWN");
            client.session("cat");
            awaitReadiness(client, 200, "UP");
            client.delete("/pipe");
            awaitReadiness(client, 503, "OUT_OF_SERVICE");
        }
    }

    @Test
    void aChildThatIsExpectedAndIsToBeRestartedTakesTheServiceOutUntilItIs() {
        try (RelayService service = RelayService.start(settings().with("pipe.start", "held"))) {
            RelayClient client = service.client();
            kill(client);

            awaitReadiness(client, 503, "OUT_OF_SERVICE");

            client.session("kept");
            awaitReadiness(client, 200, "UP");
            String killed = client.status().path("id").asString();
            kill(client);
            await().atMost(DEADLINE)
                    .until(() -> !client.status().path("id").asString().equals(killed));
            awaitReadiness(client, 200, "UP");
        }
    }

    @Test
    void whoeverIsOnThisMachineSeesDetailsIfThereIsNoToken() {
        try (RelayService service = RelayService.start(settings())) {
            RelayClient client = service.client();
            assertThat(client.get(HEALTH)
                            .json()
                            .at("/components/pipe/details/state")
                            .asString())
                    .isEqualTo("none");
            assertThat(client.get(HEALTH + "/pipe")
                            .json()
                            .at("/details/restarts")
                            .asInt(-1))
                    .isZero();
            assertThat(client.get(HEALTH).json().path("components").propertyNames())
                    .containsExactlyInAnyOrder("livenessState", "ping", "pipe", "readinessState", "ssl");
        }
    }

    @Test
    void onlyWhoeverHasTheTokenSeesDetailsIfThereIsOne() {
        try (RelayService service = RelayService.start(settings().with("pipe.access.token", TOKEN))) {
            RelayClient client = service.client();
            for (String path : List.of(HEALTH, READINESS, LIVENESS)) {
                assertAnswer(client.get(path), 200, "UP");
                assertThat(client.get(path).json().has("components")).isFalse();
                assertThat(client.get(path, "Authorization", "Bearer wrong" + TOKEN)
                                .json()
                                .has("components"))
                        .isFalse();
            }
            assertThat(client.get(HEALTH, "Authorization", "Bearer " + TOKEN)
                            .json()
                            .at("/components/pipe/details/state")
                            .asString())
                    .isEqualTo("none");
            for (String path : List.of(HEALTH + "/pipe", HEALTH + "/nonsense", "/actuator/prometheus", "/actuator")) {
                assertThat(client.get(path).problem()).as(path).isEqualTo("unauthorized");
            }
            assertThat(client.get("/actuator/prometheus", "Authorization", "Bearer " + TOKEN)
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void theServiceStartsWithoutProbesTooAndThenHasNone() {
        try (RelayService service = RelayService.start(
                settings().with("pipe.start", "cat").with("management.endpoint.health.probes.enabled", "false"))) {
            RelayClient client = service.client();
            assertAnswer(client.get(HEALTH), 200, "UP");
            assertThat(client.get(READINESS).problem()).isEqualTo("not-found");

            kill(client);

            await().atMost(DEADLINE).untilAsserted(() -> assertAnswer(client.get(HEALTH), 503, "DOWN"));
        }
    }

    @Test
    void theOperatorCanMakeGroupsAsEver() {
        try (RelayService service = RelayService.start(settings()
                .with("management.endpoint.health.group.readiness.include", "readinessState,pipe")
                .with("management.endpoint.health.group.child.include", "pipe")
                .with("management.endpoint.health.probes.add-additional-paths", "true"))) {
            RelayClient client = service.client();
            assertThat(client.get(READINESS).json().path("components").propertyNames())
                    .containsExactlyInAnyOrder("readinessState", "pipe");
            assertAnswer(client.get(HEALTH + "/child"), 200, "UP");
            assertAnswer(client.get("/readyz"), 200, "UP");
        }
    }

    @Test
    void whatIsNotThereIsRefusedAsAProblem() {
        try (RelayService service = RelayService.start(settings())) {
            RelayClient client = service.client();
            for (String path : List.of(
                    HEALTH + "/nonsense",
                    HEALTH + "/pipe/nonsense",
                    READINESS + "/nonsense",
                    "/actuator/metrics/nonsense",
                    "/actuator/prometheus/nonsense",
                    "/actuator/nonsense")) {
                assertThat(client.get(path).problem()).as(path).isEqualTo("not-found");
            }
            assertThat(client.get("/actuator/prometheus", "Accept", "image/png").problem())
                    .isEqualTo("not-acceptable");
            assertThat(client.post("/actuator/prometheus").problem()).isEqualTo("method-not-allowed");
        }
    }
}
