package io.piperelay.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.http.support.Programs;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.springframework.util.FileSystemUtils;

/**
 * A headless Chromium for the tests of a class, which can reach nothing but this machine, with a new tab for each test. What it
 * complains of on its console fails the test, of which a screenshot is then in target/screenshots. Where there is no Chromium, or
 * no driver for it, the tests are left out.
 */
final class Browser implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final int CLOSE_SECONDS = 10;

    private @Nullable Path folder;
    private @Nullable ChromeDriver driver;

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        File chromium = Programs.assumeChromium();
        File chromedriver = Programs.assumeDriverOfChromium();
        folder = Files.createTempDirectory("browser-");
        var options = new ChromeOptions();
        options.setBinary(chromium);
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-domain-reliability",
                "--disable-extensions",
                "--disable-sync",
                "--no-default-browser-check",
                "--no-first-run",
                "--no-pings",
                "--no-proxy-server",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                "--user-data-dir=" + folder.resolve("profile"));
        var logging = new LoggingPreferences();
        logging.enable(LogType.BROWSER, Level.ALL);
        options.setCapability(ChromeOptions.LOGGING_PREFS, logging);
        // Told where the driver is, Selenium looks for none, and so downloads and reports nothing.
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(chromedriver)
                .usingAnyFreePort()
                .withEnvironment(Map.of("HOME", folder.toString(), "TMPDIR", folder.toString()))
                .withLogFile(folder.resolve("chromedriver.log").toFile())
                .build();
        driver = new ChromeDriver(service, options);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        String last = driver().getWindowHandle();
        driver().switchTo().newWindow(WindowType.TAB);
        String now = driver().getWindowHandle();
        driver().switchTo().window(last).close();
        driver().switchTo().window(now);
        resize(1280, 900);
        complaints();
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        if (context.getExecutionException().isPresent()) {
            Files.createDirectories(SCREENSHOTS);
            screenshot(SCREENSHOTS.resolve(context.getRequiredTestMethod().getName() + ".png"));
        }
        assertThat(complaints()).as("the browser's console").isEmpty();
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        List<ProcessHandle> all = new ArrayList<>();
        ProcessHandle.current()
                .children()
                .filter(child -> child.info().command().orElse("").contains("chromedriver"))
                .forEach(child -> {
                    all.add(child);
                    child.descendants().forEach(all::add);
                });
        try {
            if (driver != null) {
                driver.quit();
            }
        } finally {
            all.forEach(Browser::end);
            FileSystemUtils.deleteRecursively(folder);
        }
    }

    private static void end(ProcessHandle process) {
        process.onExit()
                .completeOnTimeout(process, CLOSE_SECONDS, TimeUnit.SECONDS)
                .join();
        process.destroyForcibly();
    }

    ChromeDriver driver() {
        return Objects.requireNonNull(driver);
    }

    /**
     * What the console has got since this was last asked, from warnings on; but for requests to the pipe that were refused or broken
     * off, because these may be meant to be.
     */
    List<String> complaints() {
        return driver().manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .filter(message -> !message.matches("http://\\S+/pipe\\S* - Failed to load resource: .*"))
                .toList();
    }

    /** What a user has set in the system: names of CSS' media features, each with its value. */
    void prefer(Map<String, String> features) {
        List<Map<String, String>> list = features.entrySet().stream()
                .map(feature -> Map.of("name", feature.getKey(), "value", feature.getValue()))
                .toList();
        driver().executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", list));
    }

    /** @param languages as in Accept-Language */
    void speak(String languages) {
        String agent = run("return navigator.userAgent");
        driver().executeCdpCommand(
                        "Emulation.setUserAgentOverride", Map.of("userAgent", agent, "acceptLanguage", languages));
    }

    void resize(int width, int height) {
        driver().executeCdpCommand(
                        "Emulation.setDeviceMetricsOverride",
                        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    void screenshot(Path file) throws IOException {
        Files.write(file, driver().getScreenshotAs(OutputType.BYTES));
    }

    /** Runs it in the page, and returns what it returns. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals", "NullAway"})
    <T extends @Nullable Object> T run(String script, Object... arguments) {
        return (T) driver().executeScript(script, arguments);
    }
}
