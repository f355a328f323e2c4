package io.piperelay.web.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RawConnection;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.apache.catalina.connector.CoyoteAdapter;
import org.apache.coyote.Request;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.springframework.test.util.ReflectionTestUtils;

@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class ClientConnectionTests {

    /** For one request after another. */
    private static RawConnection get(RawConnection connection, String path) throws IOException {
        return connection.head("GET " + path);
    }

    @Test
    void tomcatReadsFirstWhatWasReadAheadIntoTheSocketsBuffer() throws Exception {
        var lookAgain = new CountDownLatch(1);
        List<String> paths = new CopyOnWriteArrayList<>();
        try (Container container = Container.of((request, response) -> {
                    ClientConnection connection = ClientConnection.of(request);
                    if (request.getRequestURI().equals("/first")) {
                        paths.add("looked: " + connection.isGone());
                        await().until(() -> lookAgain.getCount() == 0);
                        paths.add("looked: " + connection.isGone());
                    }
                    paths.add(request.getRequestURI());
                });
                RawConnection client = container.connect()) {
            get(get(client, "/first"), "/second");
            await().until(() -> paths.contains("looked: false"));
            get(client, "/third").send("GET /fou");
            lookAgain.countDown();
            assertThat(client.answer().status()).isEqualTo(200);
            client.send("rth HTTP/1.1\r\nHost: localhost\r\n\r\n");
            for (int i = 0; i < 3; i++) {
                assertThat(client.answer().status()).isEqualTo(200);
            }
            assertThat(paths)
                    .containsExactly("looked: false", "looked: false", "/first", "/second", "/third", "/fourth");
        }
    }

    @Test
    void aClientThatHasGoneIsNoticedWhateverItHadSent() throws Exception {
        BlockingQueue<Boolean> gone = new LinkedBlockingQueue<>();
        try (Container container = Container.of((request, response) -> {
            ClientConnection connection = ClientConnection.of(request);
            await().until(connection::isGone);
            gone.add(true);
        })) {
            RawConnection client = container.connect();
            get(get(client, "/"), "/next");
            client.close();

            assertThat(gone.take()).isTrue();
        }
    }

    @Test
    void aClientThatHasSentMoreThanCanBeReadAheadIsOutOfSight() throws Exception {
        try (Container container = Container.of((request, response) -> {
                    ClientConnection connection = ClientConnection.of(request);
                    await().until(connection::isGoneOrOutOfSight);
                    response.getWriter().print(connection.isGone());
                });
                RawConnection client = container.connect()) {
            get(client, "/").send("\r\n".repeat(SocketBuffers.SMALL));

            assertThat(client.answer().text()).isEqualTo("false");
        }
    }

    @Test
    void tomcatHasNoNoteWhereTheConnectionIs() throws Exception {
        List<Integer> notes = new CopyOnWriteArrayList<>();
        try (Container container = Container.of((request, response) -> IntStream.range(0, 32)
                        .filter(note -> below(request).getNote(note) != null)
                        .forEach(notes::add));
                RawConnection client = container.connect()) {
            assertThat(get(client, "/").answer().status()).isEqualTo(200);
        }
        assertThat(notes).containsExactly(CoyoteAdapter.ADAPTER_NOTES, ClientConnection.SOCKET_NOTE);
    }

    private static Request below(HttpServletRequest facade) {
        var request = (org.apache.catalina.connector.Request) ReflectionTestUtils.getField(facade, "request");
        return Objects.requireNonNull(request).getCoyoteRequest();
    }

    @Test
    void aNoteOutlivesTheRequestUnlikeAnAttribute() {
        var request = new Request();
        request.setNote(ClientConnection.SOCKET_NOTE, "note");
        request.setAttribute("attribute", "attribute");

        request.recycle();

        assertThat(request.getNote(ClientConnection.SOCKET_NOTE)).isEqualTo("note");
        assertThat(request.getAttribute("attribute")).isNull();
    }

    @Test
    void anAnswerThatIsBrokenOffEndsWithAReset() throws Exception {
        try (Container container = Container.of((request, response) -> {
                    response.getWriter().print("beginning");
                    response.flushBuffer();
                    ClientConnection.of(request).abort();
                });
                RawConnection client = container.connect()) {
            // In HTTP/1.0, only the end of the connection marks the end of the answer.
            client.send("GET / HTTP/1.0\r\n\r\n");

            assertThatThrownBy(() -> client.input().readAllBytes()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void anAnswerThatEndsInOrderDoesNotEndWithAReset() throws Exception {
        try (Container container = Container.of((request, response) -> {
                    response.getWriter().print("whole");
                    response.flushBuffer();
                    ClientConnection.of(request).answerBegins();
                });
                RawConnection client = container.connect()) {
            client.send("GET / HTTP/1.0\r\n\r\n");

            Answer answer = client.answer();
            assertThat(answer.text()).isEqualTo("whole");
        }
    }

    @Test
    void theNextRequestFindsTheUsualWriteTimeout() throws Exception {
        try (Container container = Container.of((request, response) -> {
                    ClientConnection connection = ClientConnection.of(request);
                    var socket = (NioSocketWrapper) below(request).getNote(ClientConnection.SOCKET_NOTE);
                    response.getWriter().print(socket.getWriteTimeout());
                    connection.setWriteTimeout(Duration.ofMillis(4711));
                });
                RawConnection client = container.connect()) {
            String first = get(client, "/").answer().text();

            assertThat(first).isNotEqualTo("4711");
            assertThat(get(client, "/").answer().text()).isEqualTo(first);
        }
    }
}
