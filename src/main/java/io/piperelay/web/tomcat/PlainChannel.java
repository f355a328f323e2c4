package io.piperelay.web.tomcat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.jspecify.annotations.Nullable;

/** A client's connection without TLS. Without it a client could drip its body, or take its answer, for ever. */
final class PlainChannel extends NioChannel implements DeadlineChannel {

    private ChannelDeadlines deadlines = new ChannelDeadlines();
    private @Nullable NioSocketWrapper socket;

    PlainChannel(SocketBufferHandler buffers) {
        super(buffers);
    }

    @Override
    public ChannelDeadlines deadlines() {
        return deadlines;
    }

    /** Tomcat uses a channel again for the next client. */
    @Override
    public void reset(SocketChannel channel, NioSocketWrapper newSocket) throws IOException {
        super.reset(channel, newSocket);
        deadlines = new ChannelDeadlines();
        socket = newSocket;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        deadlines.beforeRead();
        return super.read(target);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        if (socket != null) {
            deadlines.beforeWrite(socket);
        }
        return super.write(source);
    }
}
