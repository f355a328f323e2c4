package io.piperelay.web.socket;

import io.piperelay.bytes.Utf8;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.PingMessage;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketMessage;
import org.springframework.web.socket.WebSocketSession;

/**
 * What is sent to a socket's client. Whoever sends waits until the network has taken it: a client that does not read holds up
 * its own messages, and nothing is kept for it.
 *
 * <p>Any thread may call any method; a message in parts is sent by one thread, or under the {@linkplain #whole lock}.
 */
final class Outgoing {

    private static final int PART = 4096;

    /** Writes a message. */
    interface Content {
        void writeTo(OutputStream message) throws IOException;
    }

    private final WebSocketSession socket;
    private final long heartbeatNanos;
    /** Held while a message is sent in parts. */
    private final ReentrantLock lock = new ReentrantLock();

    private volatile long lastSent = System.nanoTime();

    Outgoing(WebSocketSession socket, Duration heartbeat) {
        this.socket = socket;
        this.heartbeatNanos = heartbeat.toNanos();
    }

    void bytes(byte[] bytes, int from, int count, boolean last) throws IOException {
        send(new BinaryMessage(ByteBuffer.wrap(bytes, from, count).slice(), last));
    }

    void text(String text, boolean last) throws IOException {
        send(new TextMessage(text, last));
    }

    /** Sends a text message that is written as UTF-8, in parts that no other message comes between. */
    void whole(Content content) throws IOException {
        lock.lock();
        try {
            var message = new Parts();
            content.writeTo(message);
            message.send(true);
        } finally {
            lock.unlock();
        }
    }

    void whole(String text) throws IOException {
        whole(message -> message.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    void pingIfSilent() throws IOException {
        if (System.nanoTime() - lastSent >= heartbeatNanos) {
            send(new PingMessage());
        }
    }

    private void send(WebSocketMessage<?> message) throws IOException {
        try {
            socket.sendMessage(message);
            lastSent = System.nanoTime();
        } catch (IllegalStateException e) {
            throw new IOException("the socket is closed", e);
        }
    }

    /** Without effect if it is already closed. */
    void close(CloseStatus why) {
        try {
            socket.close(why);
        } catch (IOException | IllegalStateException e) {
            // The client has gone.
        }
    }

    /** Collects bytes until they are worth a frame. */
    private final class Parts extends OutputStream {

        private final byte[] part = new byte[PART];
        private int count;

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int done = 0; done < length; ) {
                int copied = Math.min(PART - count, length - done);
                System.arraycopy(bytes, offset + done, part, count, copied);
                done += copied;
                count += copied;
                if (count == PART) {
                    send(false);
                }
            }
        }

        /** A character of which only a part has been written is left for the next one. */
        private void send(boolean last) throws IOException {
            int whole = last ? count : count - Utf8.incompleteEnd(part, count);
            text(new String(part, 0, whole, StandardCharsets.UTF_8), last);
            System.arraycopy(part, whole, part, 0, count - whole);
            count -= whole;
        }
    }
}
