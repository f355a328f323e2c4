package io.piperelay.web.tomcat;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.http.support.RawConnection;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Requests that are answered before their body has been read. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class UnreadBodyTests {

    private static Container container;

    @BeforeAll
    static void start() throws IOException {
        container = Container.of((request, response) -> response.setStatus(404));
    }

    @AfterAll
    static void stop() throws IOException {
        container.close();
    }

    @Test
    void tomcatTellsWhetherABodyWasReadAndServesTheNextRequestBehindIt() throws IOException {
        try (RawConnection client = container.connect()) {
            for (int i = 0; i < 3; i++) {
                client.head("POST /", "Content-Length: 100000").send(new byte[100_000]);
                assertThat(client.answer().status()).isEqualTo(404);
            }
        }
    }

    @Test
    void tomcatWaitsForNoneOfABodyThatWasGivenUp() throws IOException {
        try (RawConnection client = container.connect()) {
            client.head("POST /", "Content-Length: 100").send("only some of it");

            assertThat(client.answer().status()).isEqualTo(404);
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @Test
    void nothingIsReadOfAChunkedBody() throws IOException {
        try (RawConnection client = container.connect()) {
            client.head("POST /", "Transfer-Encoding: chunked").send("1;");

            assertThat(client.answer().status()).isEqualTo(404);
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @Test
    void aClientThatWaitsForItsLeaveToSendIsNotWaitedFor() throws IOException {
        try (RawConnection client = container.connect()) {
            client.head("POST /", "Content-Length: 5", "Expect: 100-continue");

            assertThat(client.answer().status()).isEqualTo(404);
            assertThat(client.read()).isEqualTo(-1);
        }
    }
}
