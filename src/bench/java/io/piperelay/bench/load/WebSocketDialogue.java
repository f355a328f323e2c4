package io.piperelay.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Sends the same short text message over a WebSocket (RFC 6455), and expects it back. */
public final class WebSocketDialogue implements Dialogue {

    private static final int TEXT = 0x81;

    private final InetSocketAddress server;
    private final ByteBuffer frame;
    private final int length;

    /** @param message at most 125 bytes of ASCII */
    public WebSocketDialogue(InetSocketAddress server, byte[] message) {
        this.server = server;
        this.length = message.length;
        frame = ByteBuffer.allocateDirect(6 + length)
                .put((byte) TEXT)
                .put(WebSocketFrames.masked(length))
                .put(WebSocketFrames.MASK)
                .put(message)
                .flip();
    }

    @Override
    public void open(SocketChannel channel) throws IOException {
        WebSocketFrames.upgrade(channel, server);
    }

    @Override
    public ByteBuffer question() {
        return frame.rewind();
    }

    @Override
    public Answer answer(ByteBuffer arrived) throws IOException {
        if (arrived.position() < 2 + length) {
            return Answer.UNFINISHED;
        }
        if (arrived.get(0) != (byte) TEXT
                || arrived.get(1) != length
                || !arrived.slice(2, length).equals(frame.slice(6, length))) {
            throw new IOException("another message than the one sent");
        }
        return Answer.COMPLETE;
    }
}
