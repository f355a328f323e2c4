package io.piperelay.web.payload;

import io.piperelay.session.OutputSlice;
import io.piperelay.session.Receiver;
import io.piperelay.session.WriteResult;
import io.piperelay.web.tomcat.ClientConnection;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** A client that waits for output, and the response that will contain it. */
public final class HttpReceiver implements Receiver {

    /** Half of what the container has room for in a response's head. */
    private static final int LONGEST_HEADER = 2048;

    private final ClientConnection connection;
    private final PayloadFormat format;
    private final HttpServletResponse response;
    private final ClientPace pace;

    public HttpReceiver(HttpServletRequest request, HttpServletResponse response, ClientPace pace) {
        this.connection = ClientConnection.of(request);
        this.format = PayloadFormat.acceptedBy(request);
        this.response = response;
        this.pace = pace;
    }

    /** Whether the client gets characters, and not bytes. */
    public boolean isText() {
        return format != PayloadFormat.BYTES;
    }

    @Override
    public boolean isGone() {
        return connection.isGone();
    }

    @Override
    public void accepted(WriteResult message) {
        response.setHeader("Pipe-Input-Offset", Long.toString(message.offset()));
        response.setHeader("Pipe-Input-Next", Long.toString(message.next()));
    }

    /** Returns once the whole response has been handed to the network; its length decides how long the client may take. */
    @Override
    public void receive(OutputSlice slice) throws IOException {
        connection.writeWithin(pace.nanosFor(slice.length()), slice.length(), () -> write(slice));
    }

    private void write(OutputSlice slice) throws IOException {
        describe(slice);
        if (slice.isEmpty()) {
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        } else if (format == PayloadFormat.JSON) {
            var document = PayloadDocument.of(slice);
            response.setContentType(format.contentType());
            response.setContentLengthLong(document.length());
            document.writeTo(response.getOutputStream());
        } else if (isText() && slice.encoding() != null) {
            var text = new SliceText(slice);
            begin(text.length());
            text.writeTo(response.getOutputStream());
        } else {
            begin(slice.length());
            slice.writeTo(response.getOutputStream());
        }
        response.flushBuffer();
    }

    private void begin(long length) {
        response.setContentType(format.contentType());
        response.setContentLengthLong(length);
        response.setBufferSize((int) Math.min(length, LiveResponse.PIECE));
    }

    private void describe(OutputSlice slice) {
        response.setHeader("Pipe-Offset", Long.toString(slice.offset()));
        response.setHeader("Pipe-Next", Long.toString(slice.next()));
        if (slice.eof()) {
            response.setHeader("Pipe-Eof", "true");
        }
        if (slice.matched() != null) {
            response.setHeader("Pipe-Matched", inHeader(slice.matched().name()));
        }
    }

    /** As it stands in a query, because a header holds neither line ends nor letters beyond ASCII, nor very much. */
    private static String inHeader(String text) {
        String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
        return encoded.substring(0, Math.min(encoded.length(), LONGEST_HEADER));
    }
}
