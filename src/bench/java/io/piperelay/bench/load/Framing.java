package io.piperelay.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;

/** How a stream of bytes is cut into pieces on its way; keeps its place between two calls. */
abstract class Framing {

    private long leftOfPiece;

    /** How many bytes of payload there are in what has been received, all of which is consumed. */
    final int payload(ByteBuffer received) throws IOException {
        int payload = 0;
        while (received.hasRemaining()) {
            if (leftOfPiece == 0) {
                leftOfPiece = nextPiece(received.get());
            } else {
                int piece = (int) Math.min(leftOfPiece, received.remaining());
                received.position(received.position() + piece);
                leftOfPiece -= piece;
                payload += piece;
            }
        }
        return payload;
    }

    /** Takes one more byte of a head. Returns how long the piece is after the last one, and 0 before. */
    abstract long nextPiece(byte next) throws IOException;

    /** An answer over HTTP/1.1 with its head, in chunks. */
    static final class Chunked extends Framing {

        private final StringBuilder head = new StringBuilder();
        private boolean inBody;

        @Override
        long nextPiece(byte next) throws IOException {
            head.append((char) next);
            if (!inBody) {
                passHead();
                return 0;
            }
            // The line feed after a chunk precedes the length of the next one.
            if (next != '\n' || head.length() == 2) {
                return 0;
            }
            long length = Long.parseLong(head.toString().strip(), 16);
            head.setLength(0);
            return length;
        }

        private void passHead() throws IOException {
            if (head.length() > 4 && head.indexOf("\r\n\r\n", head.length() - 4) >= 0) {
                if (head.indexOf("HTTP/1.1 200") != 0) {
                    throw new IOException("not streamed: " + head);
                }
                inBody = true;
                head.setLength(0);
            }
        }
    }

    /** A server's frames of a WebSocket, unmasked. */
    static final class WebSocket extends Framing {

        private final ByteBuffer head = ByteBuffer.allocate(10);

        @Override
        long nextPiece(byte next) {
            head.put(next);
            if (head.position() < 2 || head.position() < headLength()) {
                return 0;
            }
            long length = switch (head.get(1)) {
                case 126 -> head.getShort(2) & 0xffff;
                case 127 -> head.getLong(2);
                default -> head.get(1);
            };
            head.clear();
            return length;
        }

        private int headLength() {
            return switch (head.get(1)) {
                case 126 -> 4;
                case 127 -> 10;
                default -> 2;
            };
        }
    }
}
