package io.piperelay.web.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.http.support.RawConnection;
import io.piperelay.web.tomcat.Container;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class DeadlineInputStreamTests {

    private static final Duration GRACE = Duration.ofMillis(500);
    private static final ClientPace PACE = new ClientPace(GRACE, 1024 * 1024);

    /** Reads a body to its end. */
    interface Reading {
        String read(InputStream body) throws IOException;
    }

    private static Container container(Reading reading) throws IOException {
        return Container.of((request, response) -> {
            try {
                response.getWriter().print(reading.read(new DeadlineInputStream(request, PACE)));
            } catch (SocketTimeoutException e) {
                response.setStatus(408);
            }
        });
    }

    @Test
    void aBodyThatStopsIsOverdue() throws Exception {
        try (Container container = container(body -> "read " + body.readAllBytes().length);
                RawConnection client = container.connect()) {
            client.head("POST /", "Content-Length: 10").send("12345");

            assertThat(client.answer().status()).isEqualTo(408);
        }
    }

    @Test
    void aBodyThatDripsIsOverdue() throws Exception {
        try (Container container = container(body -> "read " + body.readAllBytes().length);
                RawConnection client = container.connect()) {
            client.head("POST /", "Content-Length: 1000000");
            while (client.input().available() == 0) {
                client.send("x");
                TimeUnit.MILLISECONDS.sleep(20);
            }

            assertThat(client.answer().status()).isEqualTo(408);
        }
    }

    @Test
    void onlyWaitingForTheClientCounts() throws Exception {
        try (Container container = container(body -> {
                    int first = body.read();
                    await().pollDelay(GRACE.multipliedBy(2)).until(() -> true);
                    return first + " and " + body.readAllBytes().length;
                });
                RawConnection client = container.connect()) {
            client.head("POST /", "Content-Length: 10").send("0123456789");

            assertThat(client.answer().text()).isEqualTo("48 and 9");
        }
    }

    @Test
    void eachPortionHasItsOwnGraceButTheWholeHasOneForItsLength() {
        assertThat(PACE.portionNanos()).isEqualTo(GRACE.toNanos());
        assertThat(PACE.nanosFor(0)).isEqualTo(GRACE.toNanos());
        assertThat(PACE.nanosFor(3 * 512 * 1024))
                .isEqualTo(Duration.ofSeconds(2).toNanos());
        assertThat(PACE.nanosFor(Long.MAX_VALUE / 1024)).isPositive();
    }
}
