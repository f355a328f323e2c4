package io.piperelay.web.payload;

import io.piperelay.bytes.Delimiter;
import io.piperelay.bytes.TextEncoding;
import io.piperelay.bytes.UnmappableTextException;
import io.piperelay.session.ChunkedBody;
import io.piperelay.web.problem.ProblemException;
import io.piperelay.web.tomcat.ClientConnection;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Makes messages to the child of requests' bodies: as they are, or, where the child does not speak UTF-8 and the body is text,
 * converted as a whole before any of it is written.
 */
public final class Messages {

    private static final byte[] NOTHING = {};

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
     * @param mostGathered the maximum length of a body that is converted
     */
    public Messages(ClientPace pace, long mostBytes, int mostGathered) {
        this.pace = pace;
        this.mostBytes = mostBytes;
        this.mostGathered = mostGathered;
    }

    /**
     * @param terminator what is appended to the body; null for nothing
     * @param encoding of the child's text; null for UTF-8
     */
    public <T> T use(
            HttpServletRequest request, @Nullable Delimiter terminator, @Nullable TextEncoding encoding, Use<T> use)
            throws IOException, InterruptedException {
        var body = new DeadlineInputStream(request, pace);
        long length = request.getContentLengthLong();
        if (encoding == null || isBytes(request)) {
            byte[] end = terminator == null ? NOTHING : TextEncoding.encode(terminator.text(), encoding);
            return use.of(message(request, body, length, end));
        }
        try (GatheredBody text = GatheredBody.of(body, length, mostGathered, heap)) {
            byte[] encoded = encoding.encode(text.bytes(), text.length(), terminator == null ? "" : terminator.text());
            return use.of(message(request, new ByteArrayInputStream(encoded), encoded.length, NOTHING));
        } catch (UnmappableTextException e) {
            throw ProblemException.unmappableInput(e);
        }
    }

    private static boolean isBytes(HttpServletRequest request) {
        String type = request.getContentType();
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("application/octet-stream");
    }

    private ChunkedBody message(HttpServletRequest request, InputStream body, long length, byte[] terminator) {
        return new ChunkedBody(body, length, terminator, mostBytes, ClientConnection.of(request)::isGone);
    }
}
