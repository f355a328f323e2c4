package io.piperelay.web.tomcat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SecureNioChannel;
import org.apache.tomcat.util.net.SocketBufferHandler;

/**
 * A client's connection that checks its deadlines at each step. Without it, a client could send a body, or receive an
 * answer, byte by byte forever: Tomcat's own timeouts restart with every byte.
 */
sealed interface DeadlineChannel {

    ChannelDeadlines deadlines();

    /** Without TLS. */
    @SuppressWarnings("NullAway.Init") // Tomcat resets a channel for each client, including the first one.
    final class Plain extends NioChannel implements DeadlineChannel {

        private ChannelDeadlines deadlines;

        Plain(SocketBufferHandler buffers) {
            super(buffers);
        }

        @Override
        public ChannelDeadlines deadlines() {
            return deadlines;
        }

        @Override
        public void reset(SocketChannel channel, NioSocketWrapper socket) throws IOException {
            super.reset(channel, socket);
            deadlines = new ChannelDeadlines(socket);
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            deadlines.beforeRead();
            return super.read(target);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            deadlines.beforeWrite();
            return super.write(source);
        }
    }

    /** With TLS. */
    @SuppressWarnings("NullAway.Init")
    final class Secure extends SecureNioChannel implements DeadlineChannel {

        private ChannelDeadlines deadlines;

        Secure(SocketBufferHandler buffers, NioEndpoint endpoint) {
            super(buffers, endpoint);
        }

        @Override
        public ChannelDeadlines deadlines() {
            return deadlines;
        }

        @Override
        public void reset(SocketChannel channel, NioSocketWrapper socket) throws IOException {
            super.reset(channel, socket);
            deadlines = new ChannelDeadlines(socket);
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            deadlines.beforeRead();
            return super.read(target);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            deadlines.beforeWrite();
            return super.write(source);
        }
    }
}
