package io.piperelay.web.tomcat;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RawConnection;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class RelayProcessorTests {

    private static Container container;

    @BeforeAll
    static void start() throws IOException {
        container = Container.of((request, response) -> {
            byte[] body = request.getInputStream().readAllBytes();
            response.getWriter().print(request.getMethod() + " " + body.length + " " + WholeServer.isMeantBy(request));
        });
    }

    @AfterAll
    static void stop() throws IOException {
        container.close();
    }

    private static Answer answer(String request) throws IOException {
        try (RawConnection client = container.connect()) {
            return client.send(request).answer();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\nHost: localhost\r\nX: ", "GET /", ""})
    void tomcatReturnsFromServiceWheneverTheBytesOfAHeadAreUsedUp(String begun) throws Exception {
        try (RawConnection client = container.connect()) {
            client.send(begun);
            while (client.input().available() == 0) {
                client.send(begun.isEmpty() ? "\r\n" : "x");
                TimeUnit.MILLISECONDS.sleep(20);
            }
            Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.problem()).isEqualTo("request-timeout");
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @Test
    void tomcatServesNextWhatCameWithTheRequestBefore() throws Exception {
        String request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
        try (RawConnection client = container.connect()) {
            client.send(request + request + "\r\n" + request);
            for (int i = 0; i < 3; i++) {
                assertThat(client.answer().text()).isEqualTo("GET 0 false");
            }
        }
    }

    @Test
    void tomcatSaysByItsMessageThatAHeadIsTooLarge() throws IOException {
        String head = "GET / HTTP/1.1\r\nHost: localhost\r\n";

        assertThat(answer(head + "X: " + "x".repeat(100_000) + "\r\n\r\n").problem())
                .isEqualTo("headers-too-large");
        assertThat(answer("GET /" + "x".repeat(100_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .problem())
                .isEqualTo("target-too-long");
    }

    @Test
    void tomcatSaysByAnIllegalStateThatThereAreTooManyHeaders() throws IOException {
        assertThat(answer("GET / HTTP/1.1\r\nHost: localhost\r\n" + "X: y\r\n".repeat(200) + "\r\n")
                        .problem())
                .isEqualTo("headers-too-large");
    }

    @Test
    void tomcatReportsItsOwnRefusalsByTheReportValve() throws IOException {
        for (String request : new String[] {
            "GET / HTTP/1.1\r\n\r\n",
            "G@T / HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n"
        }) {
            assertThat(answer(request).header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(answer(request).problem()).isEqualTo("bad-request");
        }
    }

    @Test
    void tomcatAnswersNoQuestionAboutTheWholeServerItself() throws IOException {
        assertThat(answer("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n").text())
                .isEqualTo("OPTIONS 0 true");
        assertThat(answer("OPTIONS / HTTP/1.1\r\nHost: localhost\r\n\r\n").text())
                .isEqualTo("OPTIONS 0 false");
    }

    /** RFC 9112, 6.1. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 3\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 99"
            })
    void tomcatIgnoresALengthBesidesChunksAndClosesTheConnectionThen(String headers) throws IOException {
        try (RawConnection client = container.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
                    + "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");

            Answer answer = client.answer();
            assertThat(answer.text()).isEqualTo("POST 5 false");
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(client.read()).isEqualTo(-1);
        }
    }
}
