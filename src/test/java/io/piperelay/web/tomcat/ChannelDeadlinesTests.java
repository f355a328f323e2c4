package io.piperelay.web.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.piperelay.http.support.RawConnection;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class ChannelDeadlinesTests {

    private static final long LATE = TimeUnit.MILLISECONDS.toNanos(500);

    private final RelayEndpoint endpoint = new RelayEndpoint();

    private NioChannel channel() {
        return endpoint.createChannel(new SocketBufferHandler(0, 0, false));
    }

    /** As Tomcat does it for each client. */
    private ChannelDeadlines nextClient(NioChannel channel, SocketChannel socket) throws IOException {
        channel.reset(socket, new NioSocketWrapper(channel, endpoint));
        return ((DeadlineChannel) channel).deadlines();
    }

    @Test
    void theNextClientOfAChannelHasDeadlinesOfItsOwn() throws IOException {
        NioChannel channel = channel();
        try (SocketChannel socket = SocketChannel.open()) {
            ChannelDeadlines first = nextClient(channel, socket);
            first.readWithin(-1, () -> {
                assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1)))
                        .isInstanceOf(SocketTimeoutException.class);
                nextClient(channel, socket).beforeRead();
                return 0;
            });
            assertThatNoException().isThrownBy(first::beforeRead);
        }
    }

    @Test
    void tomcatWaitsNoLongerThanThereIsTimeLeft() throws IOException {
        NioChannel channel = channel();
        try (SocketChannel socket = SocketChannel.open()) {
            var wrapper = new NioSocketWrapper(channel, endpoint);
            channel.reset(socket, wrapper);
            var deadlines = new ChannelDeadlines(wrapper);
            wrapper.setReadTimeout(20_000);
            wrapper.setWriteTimeout(-1);

            deadlines.readWithin(Duration.ofSeconds(3).toNanos(), () -> {
                assertThat(wrapper.getReadTimeout()).isEqualTo(3_000);
                return 0;
            });
            deadlines.writeWithin(Duration.ofSeconds(3).toNanos(), () -> {
                assertThat(wrapper.getWriteTimeout()).isEqualTo(3_000);
                deadlines.beforeWrite();
                assertThat(wrapper.getWriteTimeout()).isBetween(1L, 3_000L);
            });

            assertThat(wrapper.getReadTimeout()).isEqualTo(20_000);
            assertThat(wrapper.getWriteTimeout()).isEqualTo(-1);
        }
    }

    /** The bytes are a chunk's header, which Tomcat keeps reading without returning. */
    @Test
    void tomcatReadsThroughTheChannelStepByStep() throws Exception {
        BlockingQueue<Exception> failures = new LinkedBlockingQueue<>();
        try (Container container = Container.of((request, response) -> {
                    byte[] buffer = new byte[16];
                    try {
                        ClientConnection.of(request)
                                .readWithin(LATE, () -> request.getInputStream().read(buffer));
                    } catch (IOException e) {
                        failures.add(e);
                    }
                });
                RawConnection client = container.connect()) {
            client.head("POST /", "Transfer-Encoding: chunked").send("1;");
            while (failures.isEmpty()) {
                client.send("x");
                TimeUnit.MILLISECONDS.sleep(20);
            }
            assertThat(failures.take()).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void tomcatWritesThroughTheChannelStepByStep() throws Exception {
        BlockingQueue<Exception> failures = new LinkedBlockingQueue<>();
        byte[] answer = new byte[64 * 1024 * 1024];
        try (Container container = Container.of((request, response) -> {
                    response.setContentLength(answer.length);
                    try {
                        ClientConnection.of(request)
                                .writeWithin(
                                        LATE,
                                        answer.length,
                                        () -> response.getOutputStream().write(answer));
                    } catch (IOException e) {
                        failures.add(e);
                    }
                });
                RawConnection client = container.connect()) {
            client.socket().setReceiveBufferSize(4096);
            client.head("GET /");
            while (failures.isEmpty()) {
                client.input().readNBytes(4096);
                TimeUnit.MILLISECONDS.sleep(20);
            }
            assertThat(failures.take()).rootCause().isInstanceOf(SocketTimeoutException.class);
        }
    }
}
