package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.piperelay.http.support.Answer;
import io.piperelay.http.support.Programs;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** What a real browser does on behalf of other sites' pages, and of the service's own. */
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class BrowserIT {

    private static final String TOKEN = "a-token-that-nobody-guesses-0123456789";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    private File browser;

    @BeforeEach
    void findBrowser() {
        browser = Programs.assumeChromium();
    }

    /** All the ways in which a page can send a request without the browser asking for permission first. */
    @Test
    void aPageFromElsewhereTakesNothingUnderAnyName() throws Exception {
        Settings settings = Settings.ordinary()
                .with("pipe.access.token", TOKEN)
                .with("pipe.access.allowed-hosts", "relay.lan")
                .with("server.tomcat.accesslog.enabled", "true")
                .with("server.tomcat.accesslog.buffered", "false")
                .with("server.tomcat.accesslog.directory", folder.resolve("log").toString());
        try (RelayService guarded = RelayService.start(settings);
                RelayService open = RelayService.start(Settings.ordinary())) {
            writeSecret(guarded.client(), "Authorization", "Bearer " + TOKEN);
            writeSecret(open.client());

            visit(
                    attempts("http://relay.lan:" + guarded.port()),
                    attempts("http://localhost:" + guarded.port()),
                    attempts("http://localhost:" + open.port()),
                    attempts("http://127.0.0.1:" + open.port()));

            assertUntouched(guarded.client(), "Authorization", "Bearer " + TOKEN);
            assertUntouched(open.client());
            assertThat(accessLog()).contains("GET /pipe/read?by=image HTTP/1.1\" 401", "POST /pipe/write");
        }
    }

    private static void writeSecret(RelayClient client, String... headers) {
        assertThat(client.post("/pipe", new byte[0], headers).status()).isEqualTo(201);
        assertThat(client.post("/pipe/write?append=lf", "secret".getBytes(StandardCharsets.UTF_8), headers)
                        .status())
                .isEqualTo(200);
        await().atMost(PATIENCE)
                .until(() -> client.get("/pipe", headers)
                                .json()
                                .path("output")
                                .path("end")
                                .asLong()
                        == 7);
    }

    private static void assertUntouched(RelayClient client, String... headers) {
        Answer status = client.get("/pipe", headers);
        assertThat(status.json().path("output").path("cursor").asLong(-1))
                .as(status.toString())
                .isZero();
        assertThat(status.json().path("input").path("offset").asLong(-1)).isEqualTo(7);
        assertThat(status.json().path("state").asString()).isEqualTo("running");
    }

    private String accessLog() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("log"))) {
            return Files.readString(files.findFirst().orElseThrow());
        }
    }

    private static String attempts(String service) {
        return """
                <img src='{}/pipe/read?by=image'>
                <script src='{}/pipe/read?by=script'></script>
                <link rel='stylesheet' href='{}/pipe/read?by=style'>
                <iframe src='{}/pipe/read?by=frame'></iframe>
                <script>
                  waitFor(fetch('{}/pipe/read?by=fetch', {mode: 'no-cors'}));
                  waitFor(fetch('{}/pipe/write', {mode: 'no-cors', method: 'POST', body: 'forged'}));
                  waitFor(fetch('{}/pipe/signal?name=kill', {mode: 'no-cors', method: 'POST'}));
                  waitFor(fetch('{}/pipe', {method: 'DELETE'}));
                </script>
                """.replace("{}", service);
    }

    /** Shows a page of these parts, under a name of its own, and returns when all of its requests have been answered. */
    private void visit(String... parts) throws Exception {
        String page = """
                <!doctype html><title>elsewhere</title>
                <script>
                  const answers = [];
                  const waitFor = answer => answers.push(answer.catch(() => {}));
                  addEventListener('load', () => Promise.all(answers).then(() => fetch('/done')));
                </script>
                """ + String.join("", parts);
        Set<String> asked = ConcurrentHashMap.newKeySet();
        HttpServer elsewhere = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        elsewhere.createContext("/", exchange -> {
            byte[] body = page.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
            asked.add(exchange.getRequestURI().getPath());
        });
        elsewhere.start();
        Process process =
                open("http://elsewhere.example:" + elsewhere.getAddress().getPort() + "/");
        try {
            await().atMost(PATIENCE).until(() -> asked.contains("/done") || !process.isAlive());
            assertThat(asked).contains("/done");
        } finally {
            end(process);
            elsewhere.stop(0);
        }
    }

    private Process open(String url) throws IOException {
        return new ProcessBuilder(
                        browser.getPath(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--host-resolver-rules=MAP relay.lan 127.0.0.1, MAP elsewhere.example 127.0.0.1",
                        "--user-data-dir=" + folder.resolve("browser"),
                        "--remote-debugging-port=0",
                        url)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.DISCARD)
                .start();
    }

    /** With all of its helpers, which write to the folder until they have ended. */
    private static void end(Process process) throws InterruptedException {
        List<ProcessHandle> all = Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        process.waitFor(30, TimeUnit.SECONDS);
        await().atMost(PATIENCE).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    }
}
