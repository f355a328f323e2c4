package io.piperelay.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.ThrowingConsumer;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The console page in the terms of who uses it, be it with a screen reader: by roles and names. */
final class ConsolePage {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** What may have these roles. */
    private static final Map<String, String> CANDIDATES = Map.of(
            "button", "button",
            "checkbox", "[type=checkbox]",
            "combobox", "select, [list]",
            "radio", "[type=radio]",
            "textbox", "input, textarea");

    private final Browser browser;

    private ConsolePage(Browser browser) {
        this.browser = browser;
    }

    /** @param service its URL, without a slash at the end */
    static ConsolePage open(Browser browser, String service) {
        browser.driver().get(service + "/");
        return new ConsolePage(browser);
    }

    static ConsolePage open(Browser browser, int port) {
        return open(browser, "http://127.0.0.1:" + port);
    }

    // What there is to use

    WebElement button(String name) {
        return the("button", name);
    }

    void press(String name) {
        button(name).click();
    }

    WebElement field(String name) {
        return the("textbox", name);
    }

    void enter(String name, String text) {
        WebElement field = field(name);
        field.clear();
        field.sendKeys(text);
    }

    void choose(String name, String value) {
        the("combobox", name)
                .findElement(By.cssSelector("option[value='" + value + "']"))
                .click();
    }

    void tick(String name) {
        the("checkbox", name).click();
    }

    void pick(String view) {
        the("radio", view).click();
    }

    WebElement the(String role, String name) {
        return await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> all(role, name), found -> found.size() == 1)
                .get(0);
    }

    private List<WebElement> all(String role, String name) {
        return browser.driver().findElements(By.cssSelector(Objects.requireNonNull(CANDIDATES.get(role)))).stream()
                .filter(element -> element.isDisplayed()
                        && name.equals(element.getAccessibleName())
                        && role.equals(element.getAriaRole()))
                .toList();
    }

    // What it says

    /** Who wrote it and what, entry for entry. */
    List<String> log() {
        return browser.run("""
                return Array.from(document.querySelectorAll("[role=log] > *"),
                  entry => Array.from(entry.children, part => part.textContent).join(" "))""");
    }

    /** All that has come from this source, in one piece. */
    String logged(String source) {
        return log().stream()
                .filter(entry -> entry.startsWith(source + " "))
                .map(entry -> entry.substring(source.length() + 1))
                .reduce("", String::concat);
    }

    /** The problem that was the service's last answer. */
    String alert() {
        return text("#answer [role=alert]");
    }

    /** The service's last answer. */
    String answer() {
        return text("#answer [role=status]");
    }

    /** Of the session, and of the connection. */
    String state() {
        return text("header");
    }

    String text(String selector) {
        return browser.driver().findElement(By.cssSelector(selector)).getText();
    }

    List<String> links() {
        return browser.run("return Array.from(document.links, link => link.href)");
    }

    String all() {
        return text("body");
    }

    void awaitIn(Where where, String... texts) {
        awaitThat(page -> assertThat(where.in(page)).contains(texts));
    }

    interface Where {
        String in(ConsolePage page);
    }

    void awaitThat(ThrowingConsumer<ConsolePage> holds) {
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> holds.accept(this));
    }

    // What it is like

    String languageOfTexts() {
        return browser.run("return document.documentElement.lang");
    }

    /** Goes on by the Tab key until what has this name has the focus. */
    WebElement tabTo(String name) {
        for (int presses = 0; presses < 60; presses++) {
            WebElement focused = browser.driver().switchTo().activeElement();
            if (name.equals(focused.getAccessibleName())) {
                return focused;
            }
            focused.sendKeys(Keys.TAB);
        }
        throw new AssertionError("Tab never leads to " + name);
    }
}
