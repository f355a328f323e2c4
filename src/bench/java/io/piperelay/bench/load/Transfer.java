package io.piperelay.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.IntConsumer;

/** Sends many bytes through a server's child and receives them at the same time, in a thread for each way. */
public final class Transfer {

    private static final int BUFFER = 256 * 1024;
    private static final int FRAME = 64 * 1024;
    private static final int MOST_ON_ITS_WAY = 2 * FRAME;

    private Transfer() {}

    /** Up by a POST, down by a GET. */
    public static void overHttp(InetSocketAddress server, String upTarget, String downTarget, long bytes)
            throws IOException {
        try (var up = SocketChannel.open(server);
                var down = SocketChannel.open(server)) {
            send(
                    down,
                    "GET " + downTarget + " HTTP/1.1\r\nHost: 127.0.0.1:" + server.getPort()
                            + "\r\nAccept: application/octet-stream\r\n\r\n");
            both(
                    () -> {
                        send(
                                up,
                                "POST " + upTarget + " HTTP/1.1\r\nHost: 127.0.0.1:" + server.getPort()
                                        + "\r\nContent-Type: application/octet-stream\r\nContent-Length: " + bytes
                                        + "\r\n\r\n");
                        sendZeros(up, bytes);
                        expectSuccess(up);
                    },
                    () -> receive(down, new Framing.Chunked(), bytes, received -> {}));
        }
    }

    public static SocketChannel openWebSocket(InetSocketAddress server) throws IOException {
        var channel = SocketChannel.open(server);
        WebSocketFrames.upgrade(channel, server);
        return channel;
    }

    /**
     * Both ways over one WebSocket, in binary messages. Of what is sent, no more is on its way than the child and its pipes
     * hold: websocketd passes on in one thread what goes either way, and stands still for ever when both pipes are full.
     */
    public static void overWebSocket(SocketChannel channel, long bytes) throws IOException {
        var onItsWay = new Semaphore(MOST_ON_ITS_WAY);
        both(
                () -> {
                    var frame = WebSocketFrames.binary(FRAME);
                    for (long sent = 0; sent < bytes; sent += FRAME) {
                        onItsWay.acquireUninterruptibly(FRAME);
                        send(channel, frame.rewind());
                    }
                },
                () -> receive(channel, new Framing.WebSocket(), bytes, onItsWay::release));
    }

    /** Straight through pipes: the limit. */
    public static void overPipes(OutputStream up, InputStream down, long bytes) throws IOException {
        both(
                () -> {
                    var zeros = new byte[BUFFER];
                    for (long sent = 0; sent < bytes; sent += BUFFER) {
                        up.write(zeros);
                    }
                    up.flush();
                },
                () -> {
                    var buffer = new byte[BUFFER];
                    for (long received = 0; received < bytes; ) {
                        received += checked(down.read(buffer));
                    }
                });
    }

    private interface Way {

        void go() throws IOException;
    }

    private static void both(Way up, Way down) throws IOException {
        var sent = CompletableFuture.runAsync(() -> {
            try {
                up.go();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        down.go();
        sent.join();
    }

    private static void sendZeros(WritableByteChannel channel, long bytes) throws IOException {
        var zeros = ByteBuffer.allocateDirect(BUFFER);
        for (long sent = 0; sent < bytes; sent += BUFFER) {
            send(channel, zeros.clear());
        }
    }

    private static void send(WritableByteChannel channel, String text) throws IOException {
        send(channel, ByteBuffer.wrap(text.getBytes(US_ASCII)));
    }

    private static void send(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static void receive(ReadableByteChannel channel, Framing framing, long bytes, IntConsumer arrived)
            throws IOException {
        var buffer = ByteBuffer.allocateDirect(BUFFER);
        for (long received = 0; received < bytes; ) {
            checked(channel.read(buffer.clear()));
            int payload = framing.payload(buffer.flip());
            arrived.accept(payload);
            received += payload;
        }
    }

    private static void expectSuccess(SocketChannel channel) throws IOException {
        var buffer = ByteBuffer.allocate(1024);
        checked(channel.read(buffer));
        var answer = new String(buffer.array(), 0, buffer.position(), US_ASCII);
        if (!answer.startsWith("HTTP/1.1 200")) {
            throw new IOException(answer);
        }
    }

    private static int checked(int read) throws EOFException {
        if (read < 0) {
            throw new EOFException("the stream ended before all had come");
        }
        return read;
    }
}
