package io.piperelay.web.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.piperelay.web.docs.ProblemExample;
import io.piperelay.web.problem.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import tools.jackson.databind.json.JsonMapper;

class LocalAccessFilterTests {

    private static final String TOKEN = "0123456789abcdef0123456789abcdef";

    private final AccessPolicy local = new AccessPolicy(Set.of("Relay.Example"), null);
    private final AccessPolicy guarded = new AccessPolicy(Set.of(), new AccessToken(TOKEN));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "localhost:8080",
                "LOCALHOST:1",
                "127.0.0.1:8080",
                "127.1.2.3",
                "[::1]:8080",
                "relay.example",
                "RELAY.EXAMPLE:443"
            })
    void ownHostsAreLetIn(String host) throws Exception {
        assertThat(status(local, get("/pipe", host))).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "localhost@evil.example",
                "10.0.0.1",
                "0.0.0.0:8080",
                "[::ffff:127.0.0.1]",
                "localhost:8080:80",
                "localhost,evil.example",
                "a b",
                "xlocalhost",
                "127.0.0.1x",
                ""
            })
    void foreignHostsAreRefusedOnEveryRouteAndMethod(String host) throws Exception {
        for (String path : new String[] {"/pipe", "/", "/swagger-ui/index.html", "/actuator/health", "/nowhere"}) {
            for (String method : new String[] {"GET", "POST", "DELETE", "OPTIONS", "HEAD"}) {
                assertThat(status(local, request(method, path, host)))
                        .as(method + " " + path)
                        .isEqualTo(403);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"HTTP/1.0, 200", "HTTP/1.1, 403", "HTTP/0.9, 403", "HTTP/2.0, 403"})
    void onlyHttpOneDotZeroNeedsNoHost(String protocol, int status) throws Exception {
        var request = new MockHttpServletRequest("GET", "/pipe");
        request.setProtocol(protocol);

        assertThat(status(local, request)).isEqualTo(status);
    }

    @Test
    void aPageFromElsewhereIsRefusedWithoutAHostToo() throws Exception {
        var request = new MockHttpServletRequest("GET", "/pipe");
        request.setProtocol("HTTP/1.0");

        assertThat(status(local, with(request, "Origin", "http://evil.example")))
                .isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({
        "/x, /x/actuator/health, 200",
        "/x/y, /x/y/pipe, 401",
        "/x, /x, 200",
        "/pipe, /pipe/actuator/health, 200"
    })
    void pathsAreThoseBelowThePrefix(String prefix, String path, int status) throws Exception {
        MockHttpServletRequest request = get(path, "localhost");
        request.setContextPath(prefix);

        assertThat(status(guarded, request)).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"//evil.example", "/a\"b", "x", "/a/", "/<b>", "/a b"})
    void aPrefixThatIsNoPathIsRefused(String prefix) throws Exception {
        MockHttpServletRequest request = get(prefix + "/", "localhost");
        request.setContextPath(prefix);

        assertThat(status(local, request)).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:8080", "https://localhost:8080", "HTTP://LOCALHOST:8080"})
    void ownOriginsAreLetIn(String origin) throws Exception {
        assertThat(status(local, with(post(), "Origin", origin))).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "http://evil.example",
                "http://localhost",
                "http://localhost:8081",
                "file://",
                "http://localhost:8080.evil.example",
                "http://127.0.0.1:8080",
                ""
            })
    void foreignOriginsAreRefused(String origin) throws Exception {
        assertThat(status(local, with(post(), "Origin", origin))).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({
        "same-origin, /pipe/read, 200",
        "none, /pipe/read, 200",
        "cross-site, /pipe/read, 403",
        "same-site, /pipe/read, 403",
        "nonsense, /pipe/read, 403",
        "cross-site, /, 403"
    })
    void fetchMetadataTellsWhoAsks(String site, String path, int status) throws Exception {
        assertThat(status(local, with(get(path, "localhost"), "Sec-Fetch-Site", site)))
                .isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"/, 200", "/swagger-ui/index.html, 200", "/pipe, 403", "/pipe/read, 403", "/actuator/metrics, 403"})
    void aLinkFromElsewhereLeadsToThePagesOnly(String path, int status) throws Exception {
        MockHttpServletRequest request = get(path, "localhost");
        request.addHeader("Sec-Fetch-Site", "cross-site");
        request.addHeader("Sec-Fetch-Mode", "navigate");
        request.addHeader("Sec-Fetch-Dest", "document");

        assertThat(status(local, request)).isEqualTo(status);
    }

    @Test
    void theTokenIsWantedWhereThereIsOne() throws Exception {
        assertThat(status(guarded, get("/pipe", "localhost"))).isEqualTo(401);
        assertThat(status(guarded, with(get("/pipe", "localhost"), "Authorization", "Bearer " + TOKEN)))
                .isEqualTo(200);
        assertThat(status(guarded, with(get("/pipe", "localhost"), "Authorization", "bearer " + TOKEN)))
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer",
                "Bearer ",
                "Bearer x",
                "Basic " + TOKEN,
                TOKEN,
                "Bearer " + TOKEN + "0",
                "Bearer 0123456789ABCDEF0123456789abcdef"
            })
    void aWrongTokenIsRefusedWithAChallenge(String authorization) throws Exception {
        var response = new MockHttpServletResponse();

        filter(guarded, with(get("/pipe", "localhost"), "Authorization", authorization), response);

        assertThat(response.getStatus()).isEqualTo(401);
        assertThat(response.getHeader("WWW-Authenticate")).startsWith("Bearer");
        assertThat(response.getContentAsString())
                .contains("/problems/unauthorized")
                .doesNotContain(TOKEN);
        ProblemExample.assertShown(JsonMapper.shared().readTree(response.getContentAsString()));
    }

    @Test
    void aTokenInTheUrlIsNoToken() throws Exception {
        MockHttpServletRequest request = get("/pipe", "localhost");
        request.setQueryString("access_token=" + TOKEN);

        assertThat(status(guarded, request)).isEqualTo(401);
    }

    /** Before anything can log the URL. */
    @ParameterizedTest
    @CsvSource({
        "/pipe/read, access_token=, 400",
        "/pipe/read, x=1&token=, 400",
        "/pipe/read, '', 400",
        "/swagger-ui/index.html, access_token=, 400",
        "/pipe/read, until=x, 200"
    })
    void aTokenInTheUrlIsRefusedBesideTheHeaderToo(String path, String query, int status) throws Exception {
        MockHttpServletRequest request = with(get(path, "localhost"), "Authorization", "Bearer " + TOKEN);
        request.setQueryString(query + TOKEN);
        var response = new MockHttpServletResponse();

        filter(guarded, request, response);

        assertThat(response.getStatus()).isEqualTo(status);
        assertThat(response.getContentAsString()).doesNotContain(TOKEN);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /, 200",
        "GET, /swagger-ui/index.html, 200",
        "GET, /v3/api-docs, 200",
        "GET, /actuator/health, 200",
        "GET, /actuator/health/liveness, 200",
        "GET, /actuator/health/readiness, 200",
        "GET, /actuator/health/pipe, 401",
        "GET, /actuator/prometheus, 401",
        "POST, /, 401",
        "GET, /actuator/metrics, 401",
        "GET, /console/main.js, 200",
        "POST, /console/main.js, 401",
        "GET, /console/../pipe/read, 401",
        "GET, /swagger-ui/../pipe/read, 401",
        "GET, /swagger-ui/..;/pipe, 401",
        "GET, /swagger-ui/%2e%2e/pipe, 401"
    })
    void pagesCanBeLoadedBeforeTheTokenIsPresented(String method, String path, int status) throws Exception {
        assertThat(status(guarded, request(method, path, "localhost"))).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "/actuator/health, Bearer " + TOKEN + ", true",
        "/actuator/health/readiness, Bearer " + TOKEN + ", true",
        "/actuator/health, Bearer another-token-of-some-length, false",
        "/actuator/health, '', false"
    })
    void whoeverPresentsTheTokenMaySeeTheHealthsDetails(String path, String authorization, boolean recognized)
            throws Exception {
        assertThat(isRecognized(guarded, with(get(path, "localhost"), "Authorization", authorization)))
                .isEqualTo(recognized);
    }

    @ParameterizedTest
    @CsvSource({"/actuator/health, true", "/actuator/health/pipe, true", "/actuator/healthy, false", "/pipe, false"})
    void withoutATokenWhoeverIsLetInMaySeeTheHealthsDetails(String path, boolean recognized) throws Exception {
        assertThat(isRecognized(local, get(path, "localhost"))).isEqualTo(recognized);
    }

    private static boolean isRecognized(AccessPolicy policy, MockHttpServletRequest request) throws Exception {
        var chain = new MockFilterChain();
        new LocalAccessFilter(policy, new ProblemWriter()).doFilter(request, new MockHttpServletResponse(), chain);
        return ((HttpServletRequest) Objects.requireNonNull(chain.getRequest())).getUserPrincipal() != null;
    }

    @Test
    void answersCarrySecurityHeadersAndNoCorsOnes() throws Exception {
        var response = new MockHttpServletResponse();

        filter(local, get("/pipe", "localhost"), response);

        assertThat(response.getHeader("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(response.getHeader("Cache-Control")).isEqualTo("no-store");
        assertThat(response.getHeader("Content-Security-Policy")).contains("default-src 'none'");
        assertThat(response.getHeaderNames()).noneMatch(name -> name.startsWith("Access-Control"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", "with space in the token", "zeichen-äöü-äöü-äöü"})
    void weakTokensAreRefused(String token) {
        assertThatIllegalArgumentException().isThrownBy(() -> new AccessToken(token));
    }

    private static int status(AccessPolicy policy, MockHttpServletRequest request) throws Exception {
        var response = new MockHttpServletResponse();
        filter(policy, request, response);
        return response.getStatus();
    }

    private static void filter(AccessPolicy policy, MockHttpServletRequest request, MockHttpServletResponse response)
            throws Exception {
        new LocalAccessFilter(policy, new ProblemWriter()).doFilter(request, response, new MockFilterChain());
    }

    private static MockHttpServletRequest post() {
        return request("POST", "/pipe/write", "localhost:8080");
    }

    private static MockHttpServletRequest get(String path, String host) {
        return request("GET", path, host);
    }

    private static MockHttpServletRequest request(String method, String path, @Nullable String host) {
        return with(new MockHttpServletRequest(method, path), "Host", host);
    }

    private static MockHttpServletRequest with(MockHttpServletRequest request, String name, @Nullable String value) {
        request.addHeader(name, value == null ? "" : value);
        return request;
    }
}
