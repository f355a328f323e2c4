package io.piperelay.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The console page with children that write much, or what no page should be made of. */
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class ConsoleFloodIT {

    private static final int TENTH_OF_A_SECOND = 1_000_000;

    @RegisterExtension
    static final Browser BROWSER = new Browser();

    private static RelayService service;
    private static RelayClient client;

    @BeforeAll
    static void start() {
        service = RelayService.start(Settings.ordinary().cat().steps("text", "text"));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    /** The reader sets the pace of a child that writes as fast as it can. */
    @ParameterizedTest
    @ValueSource(strings = {"Text", "Hex", "Base64"})
    void tenMegabytesPerSecondDoNotFreezeIt(String view) {
        client.session("text");
        ConsolePage page = ConsolePage.open(BROWSER, service.port());
        page.pick(view);
        page.awaitThat(it -> assertThat(it.logged("out")).isNotEmpty());
        BROWSER.run("""
                self.frames = [];
                (function frame(now) { frames.push(now); requestAnimationFrame(frame); })(performance.now());""");
        ScheduledExecutorService reader = Executors.newSingleThreadScheduledExecutor();
        ScheduledFuture<?> reading =
                reader.scheduleAtFixedRate(() -> client.read(TENTH_OF_A_SECOND), 0, 100, TimeUnit.MILLISECONDS);
        try {
            page.awaitThat(it -> assertThat((Boolean) BROWSER.run("return frames.at(-1) - frames[0] > 5000"))
                    .isTrue());
            page.press("中文");
            page.awaitIn(ConsolePage::state, "运行中");
            page.press("English");
            page.awaitIn(ConsolePage::state, "Running");
        } finally {
            reading.cancel(true);
            reader.shutdownNow();
        }
        double longest = BROWSER.<Number>run(
                        "return Math.max(...frames.slice(1).map((time, index) => time - frames[index]))")
                .doubleValue();
        assertThat(longest).as("milliseconds without a frame").isLessThan(2000);
        assertThat(BROWSER.<Long>run("return frames.length")).isGreaterThan(50);
        assertThat(BROWSER.<Long>run("return document.querySelectorAll('*').length"))
                .isLessThan(20_000);
        assertThat(BROWSER.<Long>run("return document.body.textContent.length")).isLessThan(1_000_000);
        assertThat(page.all()).contains("no longer shown");
    }

    @Test
    void hostileOutputIsShownAndDoesNothing() {
        client.session("cat");
        ConsolePage page = ConsolePage.open(BROWSER, service.port());
        client.write("""
                <img src=x onerror="self.harmed = 1"><script>self.harmed = 2</script></div></pre></script>
                <a href="javascript:self.harmed = 3">link</a> <style>body { display: none }</style> &lt;b&gt; ${self.harmed = 4}
                """);
        client.write(
                "\u001b[31mred\u001b[0m \u001b]0;title\u0007\u001b]8;;http://evil.example\u0007link\u001b]8;;\u0007 \u001b[2J\u001b[1;1H\n");
        client.write(
                "left \u202eright\u2066\u2069 \u200bzero \ufeffmark \u2028 \u0000 \u0008\u000b\u000c\u007f\u009b31m \u0007\n");
        client.write("end\n");
        page.awaitThat(it -> assertThat(it.logged("out")).endsWith("end\n"));

        assertThat(page.logged("out"))
                .contains(
                        "<img src=x onerror=\"self.harmed = 1\"><script>self.harmed = 2</script></div></pre></script>\n",
                        "<a href=\"javascript:self.harmed = 3\">link</a>",
                        "red",
                        "\u2400")
                .doesNotContainPattern(
                        "[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u202e\\u2066\\u2069\\u2028\\ufeff]");
        assertThat(BROWSER.<Object>run("return self.harmed")).isNull();
        assertThat(BROWSER.driver().getTitle()).contains("pipe-relay");
        assertThat(BROWSER.<Long>run(
                        "return document.querySelectorAll('[role=log] :is(img, script, a, style, b)').length"))
                .isZero();

        page.press("Read");
        page.awaitIn(ConsolePage::answer, "<img src=x onerror");
        assertThat(BROWSER.<Object>run("return self.harmed")).isNull();
    }

    /** The page's own policy would stop what the page itself let in. */
    @Test
    void thePolicyLetsNoInlineScriptRun() {
        ConsolePage.open(BROWSER, service.port());
        BROWSER.run("""
                const image = document.createElement("img");
                document.body.append(image);
                image.outerHTML = "<img src='x' onerror='self.harmed = 1'>";""");

        List<String> seen = new ArrayList<>();
        await().until(() -> seen.addAll(BROWSER.complaints()) && seen.toString().contains("Content Security Policy"));
        assertThat(BROWSER.<Object>run("return self.harmed")).isNull();
    }

    @Test
    void aLineOfAMegabyteIsBorne() {
        client.session("cat");
        ConsolePage page = ConsolePage.open(BROWSER, service.port());
        page.awaitIn(ConsolePage::state, "Running");
        client.write("x".repeat(1_000_000).getBytes(StandardCharsets.US_ASCII));
        page.awaitThat(it ->
                assertThat(client.status().path("output").path("end").asInt()).isEqualTo(1_000_000));
        client.read(1_000_000);
        client.write("\nend\n");

        page.awaitThat(it -> assertThat(it.logged("out")).endsWith("x\nend\n"));
        page.press("中文");
        page.awaitIn(ConsolePage::state, "运行中");
        assertThat(BROWSER.<Long>run(
                        "return document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .isZero();
    }
}
