package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RawConnection;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayService;
import io.piperelay.http.support.Settings;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that wait for 100 Continue before they send a body, as curl does with a large one: <a
 * href="https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1">RFC 9110, 10.1.1</a>.
 */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class ContinueIT {

    private static final String TOKEN = "a-token-that-nobody-guesses-0123456789";
    private static final String AUTHORIZATION = "Authorization: Bearer " + TOKEN;
    private static final String EXPECT = "Expect: 100-continue";

    private static RelayService service;
    private static RelayClient client;

    @BeforeAll
    static void start() {
        service = RelayService.start(
                Settings.ordinary().cat().with("pipe.access.token", TOKEN).with("pipe.input.max-request", "1000B"));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @BeforeEach
    void noSession() {
        client.delete("/pipe?grace=0s", "Authorization", "Bearer " + TOKEN);
    }

    private static void session() {
        assertThat(client.post(
                                "/pipe",
                                "{\"child\":\"cat\"}",
                                "Content-Type",
                                "application/json",
                                "Authorization",
                                "Bearer " + TOKEN)
                        .status())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource({
        "POST /pipe/write, 404",
        "POST /pipe/exchange, 404",
        "POST /pipe/write?append=x, 400",
        "POST /pipe/exchange?max=0, 400",
        "POST /pipe?x=y, 400",
        "POST /nowhere, 404",
        "POST /pipe/../pipe, 400",
        "PUT /pipe/write, 405",
        "POST /pipe/read, 405",
        "TRACE /pipe, 405",
        "POST /pipe, 415"
    })
    void whatTheHeadersDecideIsAnsweredAtOnce(String request, int status) throws IOException {
        for (String length : new String[] {"Content-Length: 5", "Transfer-Encoding: chunked"}) {
            if (status == 415 && length.startsWith("T")) {
                continue; // The body may turn out to be empty, and then its type does not matter.
            }
            assertAnsweredAtOnce(status, request, AUTHORIZATION, length);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /pipe", "POST /pipe/write", "POST /pipe/exchange"})
    void whoIsNotLetInSendsNothing(String request) throws IOException {
        session();

        assertAnsweredAtOnce(401, request, "Content-Length: 5");
        assertAnsweredAtOnce(403, request, AUTHORIZATION, "Origin: http://evil.example", "Content-Length: 5");
        assertAnsweredAtOnce(403, request, AUTHORIZATION, "Sec-Fetch-Site: cross-site", "Content-Length: 5");
        try (RawConnection connection = client.connect()) {
            connection.send(request + " HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 5\r\n" + EXPECT + "\r\n\r\n");
            assertFinal(403, connection);
        }
    }

    @Test
    void aBodyThatIsTooLargeByItsLengthIsNotAskedFor() throws IOException {
        session();

        assertAnsweredAtOnce(413, "POST /pipe/write", AUTHORIZATION, "Content-Length: 1001");
        assertAnsweredAtOnce(413, "POST /pipe/exchange", AUTHORIZATION, "Content-Length: 1001");
        assertAnsweredAtOnce(
                413, "POST /pipe", AUTHORIZATION, "Content-Type: application/json", "Content-Length: 100000");
    }

    @Test
    void aTypeThatNoReplyHasIsToldAtOnce() throws IOException {
        session();

        assertAnsweredAtOnce(406, "POST /pipe/exchange", AUTHORIZATION, "Accept: image/png", "Content-Length: 5");
    }

    @Test
    void whoIsLetInIsToldToGoOn() throws IOException {
        session();
        try (RawConnection connection = client.connect()) {
            for (String request : new String[] {"POST /pipe/write", "POST /pipe/exchange"}) {
                connection.head(request, AUTHORIZATION, EXPECT, "Content-Length: 6");
                assertThat(connection.answerHead().status()).isEqualTo(100);
                assertThat(connection.send("hello\n").answer().status()).isEqualTo(200);
            }
            connection.head("POST /pipe/write", AUTHORIZATION, EXPECT, "Transfer-Encoding: chunked");
            assertThat(connection.answerHead().status()).isEqualTo(100);
            assertThat(connection.send("1\r\nx\r\n0\r\n\r\n").answer().status()).isEqualTo(200);
        }
    }

    private static void assertAnsweredAtOnce(int status, String request, String... headers) throws IOException {
        try (RawConnection connection = client.connect()) {
            String[] all = Arrays.copyOf(headers, headers.length + 1);
            all[headers.length] = EXPECT;
            connection.head(request, all);
            assertFinal(status, connection);
        }
    }

    /** Nothing before the answer, and nothing after it. */
    private static void assertFinal(int status, RawConnection connection) throws IOException {
        Answer answer = connection.answer();
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(connection.read()).as("what follows the answer").isEqualTo(-1);
    }
}
