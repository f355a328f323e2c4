package io.piperelay.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The console page where connections break off, services restart, a token is required, or a path is in front. */
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class ConsoleConnectionIT {

    private static final String TOKEN = "a-token-that-nobody-guesses-0123456789";

    @RegisterExtension
    static final Browser BROWSER = new Browser();

    @Test
    void afterACutItGoesOnWhereItLeftOff() throws IOException {
        try (RelayService service = RelayService.start(Settings.ordinary().cat());
                CuttingProxy proxy = new CuttingProxy(service.port())) {
            RelayClient client = service.client();
            client.session("cat");
            ConsolePage page = ConsolePage.open(BROWSER, proxy.port());
            StringBuilder written = new StringBuilder();
            for (int cut = 0; cut < 4; cut++) {
                write(client, written);
                page.awaitThat(it -> assertThat(it.logged("out")).isEqualTo(written.toString()));
                write(client, written);
                proxy.cut();
                write(client, written);
            }

            page.awaitThat(it -> assertThat(it.logged("out")).isEqualTo(written.toString()));
        }
    }

    private static void write(RelayClient client, StringBuilder written) {
        for (int i = 0; i < 20; i++) {
            String line = "line " + written.length() + "\n";
            client.write(line);
            written.append(line);
        }
    }

    @Test
    void whatItMissedMeanwhileIsTold() throws IOException {
        try (RelayService service = RelayService.start(Settings.ordinary().cat().with("pipe.output.window", "64KB"));
                CuttingProxy proxy = new CuttingProxy(service.port())) {
            RelayClient client = service.client();
            client.session("cat");
            ConsolePage page = ConsolePage.open(BROWSER, proxy.port());
            client.write("before\n");
            page.awaitThat(it -> assertThat(it.logged("out")).isEqualTo("before\n"));
            proxy.leadNowhere();
            for (int i = 0; i < 4; i++) {
                client.write(new byte[50_000]);
                client.read(50_000);
            }
            proxy.leadTo(service.port());

            page.awaitThat(
                    it -> assertThat(it.log()).anyMatch(entry -> entry.matches("· Missed .* of the output, 7 – .*")));
        }
    }

    @Test
    void itSurvivesARestartOfTheService() throws IOException {
        RelayService first = RelayService.start(Settings.ordinary().cat());
        try (CuttingProxy proxy = new CuttingProxy(first.port())) {
            first.client().session("cat");
            first.client().write("before\n");
            ConsolePage page = ConsolePage.open(BROWSER, proxy.port());
            page.awaitThat(it -> assertThat(it.logged("out")).isEqualTo("before\n"));
            first.close();
            page.awaitIn(ConsolePage::state, "The service does not answer.");
            page.press("Write");
            page.awaitIn(ConsolePage::alert, "The service does not answer", "What to do");

            try (RelayService second = RelayService.start(Settings.ordinary().cat())) {
                proxy.leadTo(second.port());
                page.awaitThat(it -> assertThat(it.state()).doesNotContain("does not answer"));
                page.choose("Child", "cat");
                page.press("Create");
                page.awaitIn(ConsolePage::state, "Running");
                page.enter("Message", "after");
                page.press("Write");

                page.awaitThat(it -> assertThat(it.logged("out")).isEqualTo("before\nafter\n"));
            }
        } finally {
            first.close();
        }
    }

    @Test
    void theTokenIsAskedForOnceATab() {
        try (RelayService service = RelayService.start(Settings.ordinary().with("pipe.access.token", TOKEN))) {
            ConsolePage page = ConsolePage.open(BROWSER, service.port());
            page.enter("Token", "a-wrong-one");
            page.press("Use token");
            page.awaitIn(ConsolePage::all, "did not accept");
            page.enter("Token", TOKEN);
            page.press("Use token");
            page.awaitThat(it -> assertThat(it.all()).doesNotContain("requires a token"));
            converse(page);
            assertThat((String) BROWSER.run(
                            "return JSON.stringify([localStorage, sessionStorage, document.cookie, location.href])"))
                    .doesNotContain(TOKEN);

            BROWSER.driver().navigate().refresh();
            page.enter("Token", TOKEN);
            page.press("Use token");
            page.awaitThat(it -> assertThat(it.logged("out")).isEqualTo("hello\n"));
        }
    }

    @Test
    void whoHasNoTokenMayStillEnterItLater() {
        try (RelayService service = RelayService.start(Settings.ordinary().with("pipe.access.token", TOKEN))) {
            ConsolePage page = ConsolePage.open(BROWSER, service.port());
            page.press("Cancel");
            page.awaitIn(ConsolePage::state, "requires a token");
            page.press("Enter token");
            page.enter("Token", TOKEN);
            page.press("Use token");
            converse(page);
        }
    }

    private static void converse(ConsolePage page) {
        page.press("Create");
        page.awaitIn(ConsolePage::state, "Running");
        page.enter("Message", "hello");
        page.press("Write");
        page.awaitThat(it -> assertThat(it.logged("out")).isEqualTo("hello\n"));
    }

    @Test
    void belowAContextPathAllComesFromThere() {
        try (RelayService service =
                RelayService.start(Settings.ordinary().with("server.servlet.context-path", "/tools/relay"))) {
            String below = "http://127.0.0.1:" + service.port() + "/tools/relay";
            ConsolePage page = ConsolePage.open(BROWSER, below);
            converse(page);
            page.press("Create");
            page.awaitIn(ConsolePage::alert, "What to do");

            assertThat(page.links()).allMatch(link -> link.startsWith(below + "/"));
            assertThat((List<?>) BROWSER.run("return performance.getEntriesByType('resource').map(it => it.name)"))
                    .isNotEmpty()
                    .allMatch(name -> name.toString().startsWith(below + "/"));
        }
    }
}
