package io.piperelay.http;

import static io.piperelay.http.support.Programs.assumeInstalled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.child.MisbehavingChild;
import io.piperelay.http.support.Answer;
import io.piperelay.http.support.Certificate;
import io.piperelay.http.support.Curl;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** The service with TLS, below a prefix: behind the proxies that src/examples configures, and without one. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it runs the proxies that Linux distributions have")
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class ProxyIT {

    private static final Path EXAMPLES = Path.of("src", "examples");
    private static final String NAME = "relay.example";
    private static final String TOKEN = "a-token-that-nobody-guesses-0123456789";
    private static final String BEARER = "Authorization: Bearer " + TOKEN;
    private static final int SIZE = 8_000_000;

    /** Where a page names what belongs to it. */
    private static final Pattern LINK =
            Pattern.compile("(?:\\b(?:src|href)=|\\bfrom |\\bimport ?\\(?)[\"']([^\"'#]+)[\"']");

    @TempDir
    static Path folder;

    private static Certificate certificate;
    private static RelayService plain;
    private static RelayService secure;
    private static final Map<Front, Curl> FRONTS = new EnumMap<>(Front.class);
    private static final Map<Front, Process> PROXIES = new EnumMap<>(Front.class);

    /** What a client connects to. */
    enum Front {
        NGINX,
        HAPROXY,
        THE_SERVICE_ITSELF
    }

    @BeforeAll
    static void start() throws Exception {
        assumeInstalled("curl");
        certificate = Certificate.of(NAME, folder);
        plain = RelayService.start(settings());
        secure = RelayService.start(settings()
                .with(
                        "spring.ssl.bundle.pem.relay.keystore.certificate",
                        certificate.certificate().toString())
                .with(
                        "spring.ssl.bundle.pem.relay.keystore.private-key",
                        certificate.key().toString())
                .with("server.ssl.bundle", "relay"));
    }

    private static Settings settings() {
        return Settings.ordinary()
                .cat()
                .with("server.servlet.context-path", "/relay")
                .with("pipe.access.allowed-hosts", NAME)
                .with("pipe.access.token", TOKEN);
    }

    @AfterAll
    static void stop() {
        PROXIES.values().forEach(Process::destroy);
        if (secure != null) {
            secure.close();
        }
        if (plain != null) {
            plain.close();
        }
    }

    private static Curl curl(Front front) throws Exception {
        Curl known = FRONTS.get(front);
        if (known == null) {
            known = new Curl(NAME, start(front), certificate.certificate(), "--header", BEARER);
            FRONTS.put(front, known);
        }
        return known;
    }

    /** @return the port */
    private static int start(Front front) throws Exception {
        return switch (front) {
            case NGINX -> nginx();
            case HAPROXY -> haproxy();
            case THE_SERVICE_ITSELF -> secure.port();
        };
    }

    private static int nginx() throws Exception {
        assumeInstalled("nginx");
        int port = freePort();
        Path example = configure("nginx.conf", port, "listen 443 ");
        String user = System.getProperty("user.name");
        Path whole = Files.writeString(
                folder.resolve("whole.conf"),
                (user.equals("root") ? "user root;\n" : "") + """
                        daemon off;
                        pid %1$s/nginx.pid;
                        error_log stderr;
                        events {}
                        http {
                            access_log off;
                            client_body_temp_path %1$s/body;
                            proxy_temp_path %1$s/proxy;
                            fastcgi_temp_path %1$s/fastcgi;
                            uwsgi_temp_path %1$s/uwsgi;
                            scgi_temp_path %1$s/scgi;
                            include %2$s;
                        }
                        """.formatted(folder, example));
        launch(Front.NGINX, port, "nginx", "-e", "stderr", "-p", folder.toString(), "-c", whole.toString());
        return port;
    }

    private static int haproxy() throws Exception {
        assumeInstalled("haproxy");
        int port = freePort();
        Path example = configure("haproxy.cfg", port, "bind :443 ");
        launch(Front.HAPROXY, port, "haproxy", "-db", "-f", example.toString());
        return port;
    }

    /** The example as it stands, but for ports and files. */
    private static Path configure(String name, int port, String listens) throws IOException {
        String example = Files.readString(EXAMPLES.resolve(name));
        assertThat(example).contains(listens, "127.0.0.1:8080");
        String mine = example.replace(listens, listens.replace("443", Integer.toString(port)))
                .replace("127.0.0.1:8080", "127.0.0.1:" + plain.port())
                .replaceAll("/etc/(nginx|haproxy)/", folder + "/");
        return Files.writeString(folder.resolve(name), mine);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void launch(Front front, int port, String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectOutput(Redirect.INHERIT)
                .redirectError(Redirect.INHERIT)
                .start();
        PROXIES.put(front, process);
        await().atMost(Duration.ofSeconds(60)).until(() -> accepts(port) || !process.isAlive());
        assertThat(process.isAlive()).as(front + " has started").isTrue();
    }

    private static boolean accepts(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static void newSession(Curl curl) throws IOException {
        Answer created =
                curl.post("/relay/pipe?replace=true", "{\"child\":\"cat\"}", "-H", "Content-Type: application/json");
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        assertThat(created.header("Location")).isEqualTo("/relay/pipe");
    }

    @ParameterizedTest
    @EnumSource
    void thePagesAndAllThatBelongsToThemArrive(Front front) throws Exception {
        Curl curl = curl(front);
        Set<String> arrived = new TreeSet<>();

        assertArrives(curl, "/relay", arrived);

        assertThat(arrived)
                .contains("/relay/", "/relay/console/main.js", "/relay/console/api.js", "/relay/console/console.css")
                .contains("/relay/swagger-ui/index.html", "/relay/swagger-ui/swagger-initializer.js");
        JsonNode described = curl.get("/relay/v3/api-docs").json();
        assertThat(described.path("servers").path(0).path("url").asString()).isEqualTo("/relay");
        assertThat(curl.get("/relay/v3/api-docs/swagger-config")
                        .json()
                        .path("url")
                        .asString())
                .isEqualTo("/relay/v3/api-docs");
        assertThat(curl.get("/relay/actuator/health").json().path("status").asString())
                .isEqualTo("UP");
    }

    /** With what it leads to, loads and imports. */
    private static void assertArrives(Curl curl, String path, Set<String> arrived) throws IOException {
        assertThat(path).as("stays below the prefix").matches("/relay(/.*)?");
        if (!arrived.add(path)) {
            return;
        }
        Answer answer = curl.get(path, "-H", "Accept: text/html, */*");
        if (answer.status() == 301 || answer.status() == 302) {
            assertArrives(curl, own(curl, path, answer.header("Location")).orElseThrow(), arrived);
            return;
        }
        assertThat(answer.status()).as(path + " " + answer).isEqualTo(200);
        if (path.endsWith("/") || path.matches("/relay/(console/.*[.]js|swagger-ui/.*html)")) {
            for (String link : LINK.matcher(answer.text())
                    .results()
                    .map(found -> found.group(1))
                    .toList()) {
                Optional<String> linked = own(curl, path, link);
                if (linked.isPresent()) {
                    assertArrives(curl, linked.get(), arrived);
                }
            }
        }
    }

    /** The path of what a page names, if it is of the same origin. */
    private static Optional<String> own(Curl curl, String page, String link) {
        String url = URI.create(curl.origin() + page).resolve(link).toString();
        return url.startsWith(curl.origin())
                ? Optional.of(url.substring(curl.origin().length()))
                : Optional.empty();
    }

    @ParameterizedTest
    @EnumSource
    void aConversationAndItsProblemsNameTheirPathsAsTheClientSeesThem(Front front) throws Exception {
        Curl curl = curl(front);
        newSession(curl);

        assertThat(curl.post("/relay/pipe/exchange", "hello", "-H", "Origin: " + curl.origin())
                        .text())
                .isEqualTo("hello\n");

        Answer refused = curl.get("/relay/pipe/read?max=0");
        assertThat(refused.json().path("type").asString()).isEqualTo("/relay/problems/invalid-parameter");
        assertThat(refused.json().path("instance").asString()).isEqualTo("/relay/pipe/read");
        assertThat(curl.get(refused.json().path("type").asString()).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource
    void whoIsRefusedWithoutAProxyIsRefusedBehindIt(Front front) throws Exception {
        Curl curl = curl(front);
        var stranger = new Curl(NAME, URI.create(curl.origin()).getPort(), certificate.certificate());

        assertThat(stranger.get("/relay/pipe").status()).isEqualTo(401);
        assertThat(curl.get("/relay/pipe/read", "-H", "Origin: https://elsewhere.example")
                        .status())
                .isEqualTo(403);
        assertThat(curl.get("/relay/pipe/read", "-H", "Sec-Fetch-Site: cross-site")
                        .status())
                .isEqualTo(403);
        Answer another = curl.get(
                "/relay/pipe",
                "-H",
                "Host: elsewhere.example",
                "-H",
                "X-Forwarded-Host: " + NAME,
                "-H",
                "Forwarded: host=" + NAME);
        assertThat(another.status()).isEqualTo(403);
        Answer prefixed = stranger.get(
                "/relay/pipe", "-H", "X-Forwarded-Prefix: /swagger-ui", "-H", "X-Forwarded-For: 127.0.0.1");
        assertThat(prefixed.status()).isEqualTo(401);
        assertThat(prefixed.json().path("instance").asString()).isEqualTo("/relay/pipe");
    }

    @ParameterizedTest
    @EnumSource
    void anEventArrivesWhenItHappens(Front front) throws Exception {
        Curl curl = curl(front);
        newSession(curl);
        Process events = curl.start("/relay/pipe/events", "--no-buffer");
        try (BufferedReader lines = events.inputReader(StandardCharsets.UTF_8)) {
            assertThat(lines.readLine()).as("once connected").startsWith("retry:");

            Iterator<String> data =
                    lines.lines().filter(line -> line.startsWith("data:")).iterator();
            for (String word : List.of("one", "two")) {
                curl.post("/relay/pipe/write", word);
                assertThat(data.next()).contains("\"data\":\"" + word + "\"");
            }
        } finally {
            events.destroy();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWebSocketHoldsTheConversation(Front front) throws Exception {
        Curl curl = curl(front);
        newSession(curl);
        var answer = new CompletableFuture<String>();
        WebSocket.Listener listener = new WebSocket.Listener() {

            @Override
            public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
                answer.complete(StandardCharsets.UTF_8.decode(data).toString());
                return null;
            }

            @Override
            public void onError(WebSocket socket, Throwable error) {
                answer.completeExceptionally(error);
            }
        };
        URI uri = URI.create("wss://localhost:" + URI.create(curl.origin()).getPort() + "/relay/pipe/socket");
        WebSocket socket = HttpClient.newBuilder()
                .sslContext(certificate.trusted())
                .build()
                .newWebSocketBuilder()
                .header("Authorization", "Bearer " + TOKEN)
                .buildAsync(uri, listener)
                .get(60, TimeUnit.SECONDS);

        socket.sendText("hello\n", true).get(60, TimeUnit.SECONDS);

        assertThat(answer).succeedsWithin(Duration.ofSeconds(60)).isEqualTo("hello\n");
        socket.abort();
    }

    @ParameterizedTest
    @EnumSource
    void muchGoesThroughAsItIsBothWaysAtOnce(Front front) throws Exception {
        Curl curl = curl(front);
        newSession(curl);
        Path input = Files.write(folder.resolve("input"), MisbehavingChild.randomBytes(11, SIZE));
        Path output = folder.resolve("output-" + front);
        Process stream = curl.start("/relay/pipe/stream", "--no-buffer", "--output", output.toString());

        Answer written = curl.get(
                "/relay/pipe/write?eof=true", "-X", "POST", "-T", input.toString(), "-H", "Transfer-Encoding: chunked");

        assertThat(written.json().path("written").asInt())
                .as(written.toString())
                .isEqualTo(SIZE);
        assertThat(stream.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output).hasSameBinaryContentAs(input);
    }
}
