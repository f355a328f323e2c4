package io.piperelay.web;

import io.piperelay.session.PipeEvent;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/**
 * A response that tells events as they happen:
 * <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream">server-sent
 * events</a>. The data of each is a JSON document, on one line.
 */
final class EventStream {

    private static final int RECONNECT_MILLIS = 1000;

    private final HttpServletResponse response;
    private final JsonMapper json;

    EventStream(HttpServletResponse response, JsonMapper json) {
        this.response = response;
        this.json = json;
    }

    void open(String session) throws IOException {
        response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
        response.setHeader("Pipe-Session", session);
        LiveResponse.open(response);
        send("retry: " + RECONNECT_MILLIS + "\n\n");
    }

    void send(PipeEvent event) throws IOException {
        if (event instanceof PipeEvent.Bytes bytes) {
            var id = new EventId(bytes.source(), bytes.slice().next());
            send(id, bytes.source().toString(), PayloadDocument.of(bytes.slice()));
        } else if (event instanceof PipeEvent.Gap gap) {
            send(new EventId(gap.stream(), gap.next()), "gap", gap);
        } else {
            send(EventId.EXIT, "exit", event);
        }
    }

    private void send(EventId id, String name, Object data) throws IOException {
        send("id: " + id + "\nevent: " + name + "\ndata: " + json.writeValueAsString(data) + "\n\n");
    }

    /** A comment, which tells everyone in between that the connection is in use. */
    void heartbeat() throws IOException {
        send(": heartbeat\n\n");
    }

    private void send(String text) throws IOException {
        OutputStream body = response.getOutputStream();
        body.write(text.getBytes(StandardCharsets.UTF_8));
        response.flushBuffer();
    }
}
