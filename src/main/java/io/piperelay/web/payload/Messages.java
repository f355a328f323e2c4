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
            return use.of(message(body, length, form, ClientConnection.of(request)::isGone));
        }
        try (GatheredBody gathered = GatheredBody.of(body, length, mostGathered, heap)) {
            boolean isText = encoding != null;
            return use.of(
                    message(gathered.bytes(), gathered.length(), isText, form, ClientConnection.of(request)::isGone));
        }
    }

    /** For a message that has to be known as a whole and arrives in pieces. */
    public GatheredBody gather() {
        return GatheredBody.empty(mostGathered, heap);
    }

    /**
     * The message that a whole body makes, the first {@code length} of the bytes.
     *
     * @param isText whether it is converted to the child's charset
     * @param gone whether the sender has disconnected; quick
     * @throws ProblemException {@code UNMAPPABLE_INPUT} if it can't be converted
     */
    public ChunkedBody message(byte[] bytes, int length, boolean isText, MessageForm form, BooleanSupplier gone) {
        TextEncoding encoding = isText ? form.encoding() : null;
        if (encoding == null) {
            return message(new ByteArrayInputStream(bytes, 0, length), length, form, gone);
        }
        try {
            byte[] encoded = encoding.encode(bytes, length, form.terminatorText());
            return message(new ByteArrayInputStream(encoded), encoded.length, form.terminated(), gone);
        } catch (UnmappableTextException e) {
            throw ProblemException.unmappableInput(e);
        }
    }

    private static boolean isBytes(HttpServletRequest request) {
        String type = request.getContentType();
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("application/octet-stream");
    }

    /** @param length of the body in bytes; negative if that is known only at its end, and there is no frame */
    private ChunkedBody message(InputStream body, long length, MessageForm form, BooleanSupplier gone) {
        byte[] header = form.header(length);
        return header.length == 0
                ? new ChunkedBody(body, length, form.terminatorBytes(), mostBytes, gone)
                : new ChunkedBody(
                        framed(header, body), header.length + length, form.terminatorBytes(), mostBytes, gone);
    }

    private static InputStream framed(byte[] header, InputStream body) {
        return new SequenceInputStream(new ByteArrayInputStream(header), body);
    }
}
