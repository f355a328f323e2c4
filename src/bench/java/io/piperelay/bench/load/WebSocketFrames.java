package io.piperelay.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** The least of the WebSocket protocol (RFC 6455) that a client needs. */
final class WebSocketFrames {

    /** A client must mask what it sends, but nobody forbids a mask that changes nothing and costs nothing. */
    static final byte[] MASK = new byte[4];

    private WebSocketFrames() {}

    /** The second byte of a client's frame of at most 125 bytes. */
    static byte masked(int length) {
        return (byte) (0x80 | length);
    }

    /** A binary message of zeros. */
    static ByteBuffer binary(int length) {
        return ByteBuffer.allocateDirect(14 + length)
                .put((byte) 0x82)
                .put((byte) 0xff)
                .putLong(length)
                .clear();
    }

    static void upgrade(SocketChannel channel, InetSocketAddress server) throws IOException {
        var request = "GET / HTTP/1.1\r\nHost: 127.0.0.1:" + server.getPort()
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
        channel.write(ByteBuffer.wrap(request.getBytes(US_ASCII)));
        var answer = new StringBuilder();
        var next = ByteBuffer.allocate(1);
        while (answer.indexOf("\r\n\r\n") < 0) {
            if (channel.read(next.clear()) < 0) {
                throw new EOFException("no WebSocket: " + answer);
            }
            answer.append((char) next.get(0));
        }
        if (!answer.toString().startsWith("HTTP/1.1 101")) {
            throw new IOException("no WebSocket: " + answer);
        }
    }
}
