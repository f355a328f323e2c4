package io.piperelay.web.tomcat;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketBufferHandler;

/** A client's connection that heeds the {@link ReadDeadline} of whoever reads from it. One with TLS does not. */
final class TimelyChannel extends NioChannel {

    TimelyChannel(SocketBufferHandler buffer) {
        super(buffer);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        ReadDeadline.check();
        return super.read(target);
    }
}
