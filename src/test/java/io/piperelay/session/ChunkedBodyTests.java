package io.piperelay.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.piperelay.session.PipeException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ChunkedBodyTests {

    private static final byte[] LF = {'\n'};
    private static final long UNKNOWN = -1;
    private static final long NO_LIMIT = Long.MAX_VALUE;

    private static ChunkedBody body(InputStream bytes, long length, long limit) {
        return new ChunkedBody(bytes, length, LF, limit, () -> false);
    }

    private static ChunkedBody body(String text, long length, long limit) {
        return body(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)), length, limit);
    }

    private static String chunk(ChunkedBody body) {
        return new String(body.chunk(), 0, body.length(), StandardCharsets.US_ASCII);
    }

    @Test
    void aShortMessageIsOneChunkWithItsTerminator() throws IOException {
        ChunkedBody body = body("ask", 3, NO_LIMIT);

        body.begin();

        assertThat(chunk(body)).isEqualTo("ask\n");
        body.next();
        assertThat(body.length()).isZero();
    }

    @Test
    void whatComesWithoutALengthIsPassedOnAsItComes() throws IOException {
        ChunkedBody body = body("ask", UNKNOWN, NO_LIMIT);

        body.begin();
        assertThat(chunk(body)).isEqualTo("ask");
        body.next();
        assertThat(chunk(body)).isEqualTo("\n");
        body.next();
        assertThat(body.length()).isZero();
    }

    @Test
    void aLongMessageComesInChunksAndItsDigestIsOfAllOfIt() throws Exception {
        byte[] bytes = new byte[2 * PipeSession.CHUNK];
        Arrays.fill(bytes, (byte) 'x');
        ChunkedBody body = body(new ByteArrayInputStream(bytes), bytes.length, NO_LIMIT);
        var read = new ByteArrayOutputStream();
        body.digestAll();

        for (body.begin(); body.length() > 0; body.next()) {
            assertThat(body.length()).isLessThanOrEqualTo(PipeSession.CHUNK);
            read.write(body.chunk(), 0, body.length());
        }

        assertThat(read.toByteArray())
                .hasSize(bytes.length + 1)
                .startsWith(bytes)
                .endsWith(LF);
        assertThat(body.digest()).isEqualTo(MessageDigest.getInstance("SHA-256").digest(read.toByteArray()));
    }

    @Test
    void whatIsKnownToBeTooLongIsRefusedUnread() {
        assertThatExceptionOfType(PipeException.class)
                .isThrownBy(() -> body(InputStream.nullInputStream(), 5, 5).begin())
                .returns(Reason.REQUEST_TOO_LARGE, PipeException::reason);
        assertThatExceptionOfType(PipeException.class)
                .isThrownBy(() ->
                        body(InputStream.nullInputStream(), Long.MAX_VALUE, 5).begin())
                .returns(Reason.REQUEST_TOO_LARGE, PipeException::reason);
    }

    @Test
    void whatTurnsOutTooLongIsRefusedWithTheChunkThatIsTooMuch() throws IOException {
        ChunkedBody body = body("12345", UNKNOWN, 5);

        body.begin();
        assertThat(chunk(body)).isEqualTo("12345");

        assertThatExceptionOfType(PipeException.class)
                .as("the terminator counts")
                .isThrownBy(body::next)
                .returns(Reason.REQUEST_TOO_LARGE, PipeException::reason);
    }

    /** Delivers three bytes, and then times out. */
    private static final class Stalling extends InputStream {

        private int left = 3;

        @Override
        public int read() throws IOException {
            if (left-- == 0) {
                throw new SocketTimeoutException();
            }
            return 'x';
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            target[offset] = (byte) read();
            return 1;
        }
    }

    @Test
    void whatCameBeforeTheTimeWasUpCountsAndTheRestIsMissedWhenItIsAskedFor() throws IOException {
        ChunkedBody body = body(new Stalling(), 10, NO_LIMIT);

        body.begin();
        assertThat(chunk(body)).isEqualTo("xxx");

        assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(body::next);
    }
}
