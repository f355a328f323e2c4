package io.piperelay.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** What people do with the console page, and what it tells them. */
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class ConsoleIT {

    @RegisterExtension
    static final Browser BROWSER = new Browser();

    private static RelayService service;
    private static RelayClient client;

    @BeforeAll
    static void start() {
        service = RelayService.start(Settings.ordinary()
                .cat()
                .steps("alternate", "alternate")
                .steps("crash", "read-line", "exit:3")
                .steps("phoenix", "read-line", "exit:4")
                .with("pipe.children.phoenix.restart", "on-failure")
                .with("pipe.children.phoenix.restart-delay", "10ms")
                .sleeping("sleeping"));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @BeforeEach
    void noSession() {
        client.delete("/pipe?grace=0s");
    }

    private static ConsolePage open() {
        return ConsolePage.open(BROWSER, service.port());
    }

    private static ConsolePage openWith(String child) {
        client.session(child);
        ConsolePage page = open();
        page.awaitIn(ConsolePage::state, "Running");
        return page;
    }

    @ParameterizedTest
    @ValueSource(strings = {"shared", "duplex"})
    void theOriginalConversationIsHeld(String topology) {
        ConsolePage page = open();
        page.choose("Child", "bingo");
        page.choose("Topology", topology);
        page.press("Create");
        page.awaitIn(ConsolePage::state, "Running");
        page.choose("Terminator", "nul");
        page.enter("Message", "Bingo hen shuai");
        page.press("Write");

        page.awaitThat(it -> assertThat(it.logged("out")).startsWith("Bingo Bingo"));
        assertThat(page.logged("in")).isEqualTo("Bingo hen shuai\u2400");
        assertThat(client.status().path("topology").asString()).isEqualTo(topology);

        page.press("Read");
        page.awaitIn(ConsolePage::answer, "Bingo Bingo");
        page.press("Close");
        page.awaitIn(ConsolePage::state, "Closed");
        assertThat(client.get("/pipe").status()).isEqualTo(404);
    }

    @Test
    void anExchangeShowsItsReply() {
        ConsolePage page = openWith("cat");
        page.enter("Message", "hello");
        page.press("Exchange");

        page.awaitIn(ConsolePage::answer, "Reply: 6 bytes", "hello");
        page.awaitThat(it -> assertThat(it.logged("out")).isEqualTo("hello\n"));
    }

    @Test
    void whatIsWrittenAndThenAnEndClosesTheInput() {
        ConsolePage page = openWith("cat");
        page.enter("Message", "last words");
        page.choose("Terminator", "crlf");
        page.tick("Then close the input");
        page.press("Write");

        page.awaitThat(it -> assertThat(it.log()).contains("· Input closed.", "· The child exited with code 0."));
        assertThat(client.status().path("input").path("offset").asInt()).isEqualTo("last words\r\n".length());
        page.awaitIn(ConsolePage::state, "Exited");
    }

    @Test
    void outputAndErrorsAreToldInTheirOrder() {
        ConsolePage page = openWith("alternate");
        for (int line = 0; line < 6; line++) {
            page.enter("Message", String.valueOf(line));
            page.press("Write");
            String last = (line % 2 == 0 ? "out o" : "err e") + line + "\n";
            page.awaitThat(it -> assertThat(it.log()).contains(last));
        }

        assertThat(page.log())
                .filteredOn(entry -> entry.startsWith("out") || entry.startsWith("err"))
                .containsExactly("out o0\n", "err e1\n", "out o2\n", "err e3\n", "out o4\n", "err e5\n");
    }

    @Test
    void bytesAreShownAsHexAndAsBase64() {
        ConsolePage page = openWith("cat");
        byte[] bytes = {0, 1, (byte) 0xff, (byte) 0xfe, 'A', '\n'};
        client.write(bytes);
        page.awaitThat(it -> assertThat(it.logged("out")).isNotEmpty());

        page.pick("Hex");
        page.awaitThat(it -> assertThat(it.logged("out")).matches("(?s)00000000  00 01 ff fe 41 0a +····A·"));
        page.pick("Base64");
        page.awaitThat(
                it -> assertThat(it.logged("out")).isEqualTo(Base64.getEncoder().encodeToString(bytes)));
    }

    @Test
    void theChildIsKilledByAButton() {
        ConsolePage page = openWith("sleeping");
        page.press("Kill");

        page.awaitThat(it -> assertThat(it.log()).anyMatch(entry -> entry.contains("Signal kill, sent as")));
        page.awaitIn(ConsolePage::state, "Exited");
        assertThat(client.status().path("state").asString()).isEqualTo("exited");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Interrupt", "Terminate"})
    void aSignalIsSentByItsButton(String signal) {
        ConsolePage page = openWith("sleeping");
        page.press(signal);

        page.awaitThat(it ->
                assertThat(it.log()).anyMatch(entry -> entry.contains("Signal " + signal.toLowerCase(Locale.ROOT))));
        page.awaitIn(ConsolePage::state, "Exited");
    }

    @Test
    void aCrashIsToldWithItsCode() {
        ConsolePage page = openWith("crash");
        page.enter("Message", "go");
        page.press("Write");

        page.awaitThat(it -> assertThat(it.log()).contains("· The child exited with code 3."));
        page.awaitIn(ConsolePage::state, "Exited");
    }

    @Test
    void aRestartIsToldAndTheNewChildCanBeWrittenTo() {
        ConsolePage page = openWith("phoenix");
        String first = client.status().path("id").asString();
        page.enter("Message", "go");
        page.press("Write");

        page.awaitThat(it -> assertThat(it.log())
                .containsSubsequence(
                        "· The child exited with code 4.", "· The child was restarted, in a new session."));
        page.awaitIn(ConsolePage::state, "Running");
        String second = client.status().path("id").asString();
        assertThat(second).isNotEqualTo(first);
        page.awaitIn(ConsolePage::all, second.substring(0, 8));
        page.enter("Message", "again");
        page.press("Write");
        page.awaitThat(it -> assertThat(it.log())
                .filteredOn("· The child exited with code 4."::equals)
                .hasSize(2));
    }

    @Test
    void aProblemIsShownAsItIsWithWhatToDo() {
        ConsolePage page = openWith("cat");
        page.press("Create");

        page.awaitIn(ConsolePage::alert, "already exists", "What to do", "409", "/problems/session-exists");
        assertThat(page.alert())
                .contains(client.get("/problems/session-exists")
                        .json()
                        .path("explanation")
                        .asString());
    }

    @Test
    void aProblemIsShownInChineseToWhoReadsThat() {
        BROWSER.speak("zh-CN,zh;q=0.9,en;q=0.5");
        client.session("cat");
        ConsolePage page = open();
        page.awaitIn(ConsolePage::state, "运行中");
        page.press("创建");

        page.awaitIn(ConsolePage::alert, "如何处理", "409", "/problems/session-exists");
        assertThat(page.alert())
                .contains(client.get("/problems/session-exists", "Accept-Language", "zh")
                        .json()
                        .path("title")
                        .asString());
        assertThat(page.languageOfTexts()).startsWith("zh");
    }

    @Test
    void theLanguageIsSwitchedAndRemembered() {
        ConsolePage page = openWith("cat");
        page.press("Create");
        page.awaitIn(ConsolePage::alert, "What to do");

        page.press("中文");
        page.awaitIn(ConsolePage::alert, "如何处理");
        page.awaitIn(ConsolePage::state, "运行中");
        assertThat(page.all()).doesNotContain("What to do", "Running", "Terminator");
        BROWSER.driver().navigate().refresh();
        page.awaitIn(ConsolePage::state, "运行中");

        page.press("English");
        page.awaitIn(ConsolePage::state, "Running");
    }

    @Test
    void theWholeConversationIsHeldByTheKeyboard() {
        ConsolePage page = open();
        page.awaitThat(it -> assertThat(it.the("combobox", "Child").getText()).contains("bingo"));
        page.tabTo("Child").sendKeys("bin");
        page.tabTo("Topology").sendKeys(Keys.DOWN);
        page.tabTo("Create").sendKeys(Keys.ENTER);
        page.awaitIn(ConsolePage::state, "Running");
        page.tabTo("Terminator").sendKeys(Keys.DOWN, Keys.DOWN);
        page.tabTo("Message").sendKeys("Bingo hen shuai", Keys.ENTER);
        page.awaitThat(it -> assertThat(it.logged("out")).startsWith("Bingo Bingo"));
        assertThat(client.status().path("topology").asString()).isEqualTo("shared");

        page.tabTo("Read").sendKeys(Keys.ENTER);
        page.awaitIn(ConsolePage::answer, "Bingo Bingo");
        page.tabTo("Kill").sendKeys(Keys.SPACE);
        page.awaitIn(ConsolePage::state, "Exited");
        page.tabTo("Close").sendKeys(Keys.ENTER);
        page.awaitIn(ConsolePage::state, "Closed");
    }

    @Test
    void arrowKeysBringBackEarlierMessages() {
        ConsolePage page = openWith("cat");
        WebElement message = page.field("Message");
        for (String text : List.of("first", "second")) {
            message.sendKeys(text, Keys.ENTER);
            page.awaitThat(it -> assertThat(it.logged("out")).contains(text));
        }
        message.sendKeys("draft", Keys.UP);
        assertThat(message.getAttribute("value")).isEqualTo("second");
        message.sendKeys(Keys.UP);
        assertThat(message.getAttribute("value")).isEqualTo("first");
        message.sendKeys(Keys.DOWN, Keys.DOWN);
        assertThat(message.getAttribute("value")).isEqualTo("draft");
        message.sendKeys(Keys.UP, Keys.UP, Keys.ENTER);

        page.awaitThat(it -> assertThat(it.logged("out")).isEqualTo("first\nsecond\nfirst\n"));
    }

    @Test
    void aFileThatIsDroppedIsWrittenByteForByte() {
        ConsolePage page = openWith("cat");
        BROWSER.run("""
                const files = new DataTransfer();
                files.items.add(new File([new Uint8Array([0, 13, 10, 255, 254])], "\u202esome <b>file</b>"));
                for (const type of ["dragenter", "dragover", "drop"]) {
                  arguments[0].dispatchEvent(new DragEvent(type, {dataTransfer: files, bubbles: true, cancelable: true}));
                }""", page.field("Message"));

        page.awaitIn(ConsolePage::answer, "Wrote 5 bytes");
        assertThat(client.read(5)).containsExactly(0, 13, 10, 255, 254);
        page.awaitThat(it -> assertThat(it.log()).anyMatch(entry -> entry.contains("some <b>file</b>, 5 B")));
    }
}
