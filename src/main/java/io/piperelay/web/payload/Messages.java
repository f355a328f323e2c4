package io.piperelay.web.payload;

import io.piperelay.bytes.TextEncoding;
import io.piperelay.bytes.UnmappableTextException;
import io.piperelay.session.ChunkedBody;
import io.piperelay.web.problem.ProblemException;
import io.piperelay.web.tomcat.ClientConnection;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/**
 * Makes messages to the child of requests' bodies: as they are; or in frames; or, where the child does not speak UTF-8 and the
 * body is text, converted as a whole before any of it is written.
 */
public final class Messages {

    /** What is done with a message, whose body may still be arriving. */
    @FunctionalInterface
    public interface Use<T> {
        T of(ChunkedBody message) throws IOException, InterruptedException;
    }

    private final ClientPace pace;
    private final long mostBytes;
    private final int mostGathered;
    private final Semaphore heap = GatheredBody.heap();

    /**
     * @param mostBytes the maximum length of a message
     * @param mostGathered the maximum length of a body that has to be known as a whole, if the heap has room for it
     */
    public Messages(ClientPace pace, long mostBytes, int mostGathered) {
        this.pace = pace;
        this.mostBytes = mostBytes;
        this.mostGathered = Math.min(mostGathered, GatheredBody.longest(heap));
    }

    public <T> T use(HttpServletRequest request, MessageForm form, Use<T> use)
            throws IOException, InterruptedException {
        var body = new DeadlineInputStream(request, pace);
        long length = request.getContentLengthLong();
        TextEncoding encoding = isBytes(request) ? null : form.encoding();
        if (encoding == null && (length >= 0 || !form.isFramed())) {
            return use.of(message(request, body, length, form));
        }
        try (GatheredBody gathered = GatheredBody.of(body, length, mostGathered, heap)) {
            if (encoding == null) {
                return use.of(message(request, gathered.stream(), gathered.length(), form));
            }
            byte[] encoded = encoding.encode(gathered.bytes(), gathered.length(), form.terminatorText());
            return use.of(message(request, new ByteArrayInputStream(encoded), encoded.length, form.terminated()));
        } catch (UnmappableTextException e) {
            throw ProblemException.unmappableInput(e);
        }
    }

    private static boolean isBytes(HttpServletRequest request) {
        String type = request.getContentType();
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("application/octet-stream");
    }

    /** @param length of the body in bytes; negative if that is known only at its end, and there is no frame */
    private ChunkedBody message(HttpServletRequest request, InputStream body, long length, MessageForm form) {
        byte[] header = form.header(length);
        BooleanSupplier gone = ClientConnection.of(request)::isGone;
        return header.length == 0
                ? new ChunkedBody(body, length, form.terminatorBytes(), mostBytes, gone)
                : new ChunkedBody(
                        framed(header, body), header.length + length, form.terminatorBytes(), mostBytes, gone);
    }

    private static InputStream framed(byte[] header, InputStream body) {
        return new SequenceInputStream(new ByteArrayInputStream(header), body);
    }
}
