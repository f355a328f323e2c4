package io.piperelay.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The console page for whoever uses it: wide and narrow, light and dark, with a screen reader, and without motion. */
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class ConsoleAccessibilityIT {

    private static final int HEIGHT = 900;

    @RegisterExtension
    static final Browser BROWSER = new Browser();

    private static RelayService service;
    private static RelayClient client;
    private static String axe;

    @BeforeAll
    static void start() throws IOException {
        service = RelayService.start(Settings.ordinary().cat().steps("alternate", "alternate"));
        client = service.client();
        try (InputStream script = ConsoleAccessibilityIT.class.getResourceAsStream("/axe.min.js")) {
            assertThat(script).isNotNull();
            axe = new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @BeforeEach
    void noSession() {
        client.delete("/pipe?grace=0s");
    }

    private static ConsolePage open(int width, String scheme) {
        BROWSER.resize(width, HEIGHT);
        BROWSER.prefer(Map.of("prefers-color-scheme", scheme, "prefers-reduced-motion", "reduce"));
        return ConsolePage.open(BROWSER, service.port());
    }

    private static ConsolePage openRunning(int width, String scheme) {
        client.session("alternate");
        ConsolePage page = open(width, scheme);
        page.awaitIn(ConsolePage::state, "Running");
        for (String line : List.of("first", "second", "a rather long third line, which is " + "longer ".repeat(40))) {
            page.enter("Message", line);
            page.press("Write");
            page.awaitThat(it -> assertThat(it.logged("out") + it.logged("err")).contains(line));
        }
        page.press("Create");
        page.awaitIn(ConsolePage::alert, "What to do");
        return page;
    }

    /** What axe finds that keeps people from using the page. */
    private static List<String> obstacles() {
        BROWSER.run(axe);
        return BROWSER.run("""
                return axe.run().then(({violations}) => violations
                  .filter(({impact}) => impact === "serious" || impact === "critical")
                  .map(({id, help, nodes}) => `${id}: ${help}: ${nodes.map(({html, failureSummary}) => html + failureSummary)}`))""");
    }

    @ParameterizedTest
    @CsvSource({"1280, light", "1280, dark", "360, light", "360, dark"})
    void nothingKeepsAnybodyFromUsingIt(int width, String scheme) {
        open(width, scheme).awaitIn(ConsolePage::state, "No session");
        assertThat(obstacles()).as("idle").isEmpty();

        openRunning(width, scheme);
        assertThat(obstacles()).as("running").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void nothingKeepsAnybodyFromEnteringTheToken(String scheme) {
        try (RelayService guarded = RelayService.start(
                Settings.ordinary().with("pipe.access.token", "a-token-that-nobody-guesses-0123456789"))) {
            BROWSER.prefer(Map.of("prefers-color-scheme", scheme));
            ConsolePage page = ConsolePage.open(BROWSER, guarded.port());
            page.enter("Token", "a-wrong-one");
            page.press("Use token");
            page.awaitIn(ConsolePage::all, "did not accept");

            assertThat(obstacles()).isEmpty();
        }
    }

    @Test
    void aNarrowScreenNeedsNoScrollingSideways() {
        for (String language : List.of("English", "中文")) {
            openRunning(360, "light").press(language);
            assertThat(BROWSER.<Long>run("return document.documentElement.scrollWidth"))
                    .isLessThanOrEqualTo(360);
            BROWSER.run("localStorage.clear()");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reduce", "no-preference"})
    void nothingMovesForWhoDoesNotWantIt(String motion) {
        client.session("cat");
        BROWSER.prefer(Map.of("prefers-reduced-motion", motion));
        ConsolePage page = ConsolePage.open(BROWSER, service.port());
        page.awaitIn(ConsolePage::state, "Running");
        BROWSER.run("""
                self.moved = 0;
                const animate = Element.prototype.animate;
                Element.prototype.animate = function (...how) { moved++; return animate.apply(this, how); };""");
        page.enter("Message", "hello");
        page.press("Write");
        page.awaitThat(it -> assertThat(it.logged("out")).isEqualTo("hello\n"));
        page.awaitIn(ConsolePage::all, "6, open");

        if (motion.equals("reduce")) {
            assertThat(BROWSER.<Long>run("return moved")).isZero();
        } else {
            page.awaitThat(it -> assertThat(BROWSER.<Long>run("return moved")).isPositive());
        }
    }
}
