package io.piperelay.web.tomcat;

import java.io.IOException;
import java.util.Objects;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.jspecify.annotations.Nullable;

/** The connection that a thread is serving, which Tomcat shows to nobody. */
final class CurrentConnection {

    /** Serves a connection. */
    interface Serving<T> {
        T serve() throws IOException;
    }

    private static final ThreadLocal<@Nullable NioSocketWrapper> SERVED = new ThreadLocal<>();

    private CurrentConnection() {}

    static <T> T serve(NioSocketWrapper connection, Serving<T> serving) throws IOException {
        SERVED.set(connection);
        try {
            return serving.serve();
        } finally {
            SERVED.remove();
        }
    }

    /** To be called by the thread that serves it. */
    static NioSocketWrapper get() {
        return Objects.requireNonNull(SERVED.get(), "this thread serves no connection");
    }
}
