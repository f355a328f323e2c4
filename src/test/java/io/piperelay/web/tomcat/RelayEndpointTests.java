package io.piperelay.web.tomcat;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.http.support.RawConnection;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.coyote.AbstractProtocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;

@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class RelayEndpointTests {

    private static TomcatConnectorCustomizer executor(Executor executor) {
        return connector -> ((AbstractProtocol<?>) connector.getProtocolHandler()).setExecutor(executor);
    }

    /** If the failure surfaced anywhere else, nothing would poll the connections any more. */
    @Test
    void tomcatAsksForAThreadInProcessSocketAlone() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        var exhausted = new AtomicBoolean();
        Executor sometimes = task -> {
            if (exhausted.get()) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            threads.execute(task);
        };
        try (Container container = Container.of((request, response) -> {}, executor(sometimes));
                RawConnection idle = container.connect()) {
            assertThat(idle.head("GET /").answer().status()).isEqualTo(200);
            exhausted.set(true);
            try (RawConnection unlucky = container.connect()) {
                assertThat(unlucky.head("GET /").read()).isEqualTo(-1);
            }
            exhausted.set(false);

            assertThat(idle.head("GET /").answer().status()).isEqualTo(200);
            try (RawConnection next = container.connect()) {
                assertThat(next.head("GET /").answer().status()).isEqualTo(200);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void tomcatMakesItsThreadsInAPoolThatMakesDoWithThoseItHas() {
        var endpoint = new RelayEndpoint();
        endpoint.createExecutor();

        assertThat(endpoint.getExecutor()).isInstanceOf(ContentThreadPool.class);
        endpoint.shutdownExecutor();
    }
}
