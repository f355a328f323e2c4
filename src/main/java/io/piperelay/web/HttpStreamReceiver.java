package io.piperelay.web;

import io.piperelay.session.OutputSlice;
import io.piperelay.session.StreamReceiver;
import io.piperelay.web.tomcat.ClientConnection;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.MediaType;

/** A client that gets the output as it comes, in one response without a length. */
final class HttpStreamReceiver implements StreamReceiver {

    private final ClientConnection connection;
    private final HttpServletResponse response;

    HttpStreamReceiver(HttpServletRequest request, HttpServletResponse response) {
        this.connection = ClientConnection.of(request);
        this.response = response;
    }

    @Override
    public void open(String session, long offset) throws IOException {
        response.setContentType(MediaType.APPLICATION_OCTET_STREAM_VALUE);
        response.setHeader("Pipe-Session", session);
        response.setHeader("Pipe-Offset", Long.toString(offset));
        LiveResponse.open(response);
    }

    @Override
    public boolean isGone() {
        return connection.isGone();
    }

    /** Returns once the bytes are in the hands of the network. */
    @Override
    public void receive(OutputSlice slice) throws IOException {
        slice.writeTo(response.getOutputStream());
        response.flushBuffer();
    }
}
