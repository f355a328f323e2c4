package io.piperelay.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/** What people try out in Swagger UI. */
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class SwaggerUiIT {

    private static final String TOKEN = "a-token-that-nobody-guesses-0123456789";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @RegisterExtension
    static final Browser BROWSER = new Browser();

    @Test
    void anExchangeIsTriedOut() {
        try (RelayService service = RelayService.start(Settings.ordinary())) {
            open(service, "");
            execute("createSession", "{\"child\": \"bingo\"}");
            execute("exchange", "Bingo hen shuai");

            assertThat(answer("exchange")).isEqualTo("Bingo Bingo\n");
        }
    }

    @Test
    void aTokenIsGivenOnceBelowAPathOfTheServicesOwn() {
        Settings settings =
                Settings.ordinary().with("pipe.access.token", TOKEN).with("server.servlet.context-path", "/tools");
        try (RelayService service = RelayService.start(settings)) {
            open(service, "/tools");
            find(".authorize").click();
            find(".auth-container input").sendKeys(TOKEN);
            find(".auth-container .authorize").click();
            find(".btn-done").click();
            execute("createSession", "{}");
            execute("exchange", "hello");

            assertThat(answer("exchange")).isEqualTo("hello\n");
        }
    }

    private static void open(RelayService service, String path) {
        BROWSER.driver().get("http://127.0.0.1:" + service.port() + path + "/swagger-ui/index.html");
    }

    private static void execute(String operation, String body) {
        find(operation, ".opblock-summary-control").click();
        WebElement text = find(operation, ".body-param textarea");
        text.clear();
        text.sendKeys(body);
        find(operation, ".execute").click();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(find(operation, ".live-responses-table tbody .response-col_status")
                                .getText())
                        .startsWith("20"));
    }

    private static String answer(String operation) {
        return BROWSER.run(
                "return arguments[0].textContent", find(operation, ".live-responses-table .highlight-code pre"));
    }

    private static WebElement find(String operation, String selector) {
        return find("[id$='-" + operation + "'] " + selector);
    }

    private static WebElement find(String selector) {
        return await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(
                        () -> BROWSER.driver().findElements(By.cssSelector(selector)),
                        (List<WebElement> found) ->
                                !found.isEmpty() && found.get(0).isDisplayed())
                .get(0);
    }
}
