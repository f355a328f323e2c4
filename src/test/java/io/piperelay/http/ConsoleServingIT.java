package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the console page is served. What it does in a browser is another matter. */
class ConsoleServingIT {

    private static final String PREFIX = "/tools/relay";
    private static final String[] BROWSER = {
        "Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
    };
    private static final Map<String, String> TYPES = Map.of(
            "css", "text/css;charset=UTF-8",
            "js", "text/javascript;charset=UTF-8",
            "svg", "image/svg+xml");
    private static final Pattern NAMED = Pattern.compile("(?:from \"\\./|(?:src|href)=\"console/)([^\"]+)\"");

    private static RelayService open;
    private static RelayService guarded;

    @BeforeAll
    static void start() {
        open = RelayService.start(Settings.ordinary());
        guarded = RelayService.start(Settings.ordinary()
                .with("pipe.access.token", "a-token-that-nobody-guesses-0123456789")
                .with("server.servlet.context-path", PREFIX));
    }

    @AfterAll
    static void stop() {
        open.close();
        guarded.close();
    }

    @Test
    void aBrowserGetsThePageWithAStrictPolicy() {
        Answer page = open.client().get("/", BROWSER);

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type")).isEqualTo("text/html;charset=UTF-8");
        assertThat(page.header("Vary")).contains("Accept");
        assertThat(page.text()).startsWith("<!doctype html>").contains("swagger-ui.html");
        assertThat(page.header("Content-Security-Policy").split("; "))
                .containsExactlyInAnyOrder(
                        "default-src 'none'",
                        "script-src 'self'",
                        "style-src 'self'",
                        "connect-src 'self'",
                        "img-src 'self'",
                        "base-uri 'none'",
                        "form-action 'none'",
                        "frame-ancestors 'none'");
    }

    @Test
    void allFilesOfThePageAreServedWithTheirTypesAlsoWithoutTheTokenAndBelowAPrefix() {
        assertThat(fetchAll(open.client(), "")).hasSizeGreaterThan(15).isEqualTo(fetchAll(guarded.client(), PREFIX));
    }

    private static List<String> fetchAll(RelayClient client, String prefix) {
        List<String> files = new ArrayList<>(named(client.get(prefix + "/", BROWSER)));
        for (int next = 0; next < files.size(); next++) {
            String file = files.get(next);
            Answer answer = client.get(prefix + "/console/" + file, "Sec-Fetch-Site", "same-origin");
            assertThat(answer.status()).as(file).isEqualTo(200);
            assertThat(answer.header("Content-Type")).isEqualTo(TYPES.get(file.substring(file.lastIndexOf('.') + 1)));
            assertThat(answer.header("Content-Security-Policy"))
                    .contains("script-src 'self'")
                    .doesNotContain("unsafe");
            named(answer).stream().filter(name -> !files.contains(name)).forEach(files::add);
        }
        return files;
    }

    private static List<String> named(Answer answer) {
        return NAMED.matcher(answer.text())
                .results()
                .map(match -> match.group(1))
                .distinct()
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/console/main.js", "/console/console.css", "/console/icon.svg"})
    void aFileThatHasNotChangedIsNotSentAgain(String path) {
        Answer first = open.client().get(path, BROWSER);
        assertThat(first.header("Cache-Control")).isEqualTo("no-cache");

        Answer again = open.client().get(path, "Accept", BROWSER[1], "If-None-Match", first.header("ETag"));

        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(open.client()
                        .get(path, "Accept", BROWSER[1], "If-None-Match", "\"other\"")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/console/main.js"})
    void headSaysWhatGetWouldSay(String path) {
        Answer head = open.client().method("HEAD", path, BROWSER);
        Answer get = open.client().get(path, BROWSER);

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        for (String name : List.of("Content-Type", "Content-Length", "ETag", "Content-Security-Policy")) {
            assertThat(head.header(name)).as(name).isEqualTo(get.header(name));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/console/nothing.js",
                "/console/index.html",
                "/console/ConsoleController.class",
                "/console/",
                "/console",
                "/console/more/main.js",
                "/console/main.js/"
            })
    void whatIsNoFileOfThePageIsNotThere(String path) {
        Answer answer = open.client().get(path, BROWSER);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.problem()).isEqualTo("not-found");
    }

    @Test
    void aProgramIsToldWhereEverythingIs() {
        for (Answer answer : List.of(open.client().get("/"), open.client().get("/", "Accept", "*/*"))) {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Content-Type")).isEqualTo("text/plain;charset=UTF-8");
            assertThat(answer.header("Vary")).contains("Accept");
            assertThat(answer.text()).contains(" /swagger-ui.html ", " /v3/api-docs.yaml ", " /pipe ");
        }
        assertThat(guarded.client().get(PREFIX + "/").text()).contains(" " + PREFIX + "/swagger-ui.html ");
    }

    @Test
    void theDataOfThePageAreGuardedByTheToken() {
        for (String path : List.of("/pipe", "/pipe/children", "/pipe/events")) {
            assertThat(guarded.client()
                            .get(PREFIX + path, "Sec-Fetch-Site", "same-origin")
                            .status())
                    .as(path)
                    .isEqualTo(401);
        }
        assertThat(guarded.client().post(PREFIX + "/console/main.js").status()).isEqualTo(401);
    }
}
