package io.piperelay.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.regex.Pattern;

/** POSTs the same payload over HTTP/1.1, kept alive, and expects an answer with a length that begins with that payload. */
public final class HttpDialogue implements Dialogue {

    private static final Pattern LENGTH = Pattern.compile("\r\ncontent-length: *(\\d+)\r\n");

    private final byte[] payload;
    private final ByteBuffer request;

    /** @param payload what the answer must begin with; may be empty */
    public HttpDialogue(InetSocketAddress server, String target, byte[] body, byte[] payload) {
        this.payload = payload.clone();
        byte[] head = ("POST " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + server.getPort() + "\r\nAccept: */*\r\n"
                        + "Content-Type: application/octet-stream\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(US_ASCII);
        request = ByteBuffer.allocateDirect(head.length + body.length)
                .put(head)
                .put(body)
                .flip();
    }

    @Override
    public ByteBuffer question() {
        return request.rewind();
    }

    @Override
    public Answer answer(ByteBuffer arrived) throws IOException {
        int headEnd = endOfHead(arrived);
        if (headEnd < 0) {
            return Answer.UNFINISHED;
        }
        String head = text(arrived, headEnd).toLowerCase(Locale.ROOT);
        var length = LENGTH.matcher(head);
        if (!head.startsWith("http/1.1 200") || !length.find()) {
            throw new IOException(
                    "an answer without status 200 or without a length: " + text(arrived, arrived.position()));
        }
        if (arrived.position() < headEnd + Integer.parseInt(length.group(1))) {
            return Answer.UNFINISHED;
        }
        check(arrived, headEnd);
        return head.contains("\r\nconnection: close\r\n") ? Answer.LAST : Answer.COMPLETE;
    }

    private void check(ByteBuffer arrived, int bodyStart) throws IOException {
        for (int i = 0; i < payload.length; i++) {
            if (arrived.get(bodyStart + i) != payload[i]) {
                throw new IOException("another reply than expected: " + text(arrived, arrived.position()));
            }
        }
    }

    /** The position after the first empty line, or -1. */
    private static int endOfHead(ByteBuffer arrived) {
        for (int i = 3; i < arrived.position(); i++) {
            if (arrived.get(i) == '\n' && arrived.get(i - 2) == '\n') {
                return i + 1;
            }
        }
        return -1;
    }

    private static String text(ByteBuffer arrived, int end) {
        var bytes = new byte[end];
        arrived.get(0, bytes);
        return new String(bytes, US_ASCII);
    }
}
