package io.piperelay.web.payload;

import io.piperelay.session.OutputSlice;
import io.piperelay.session.Receiver;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.MediaType;

/** A client that receives the output as it arrives, in one response without a length. */
public final class HttpStreamReceiver implements Receiver {

    private final LiveResponse live;
    private final HttpServletResponse response;

    public HttpStreamReceiver(LiveResponse live, HttpServletResponse response) {
        this.live = live;
        this.response = response;
    }

    @Override
    public void open(long offset) throws IOException {
        response.setHeader("Pipe-Offset", Long.toString(offset));
        response.setBufferSize(LiveResponse.PIECE);
        live.open(MediaType.APPLICATION_OCTET_STREAM_VALUE);
    }

    @Override
    public boolean isGone() {
        return live.isOver();
    }

    @Override
    public void receive(OutputSlice slice) throws IOException {
        live.send(slice.length(), slice::writeTo);
    }
}
