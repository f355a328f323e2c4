package io.piperelay.web;

import io.piperelay.session.Following;
import io.piperelay.session.OutputSlice;
import io.piperelay.session.PipeEvent;
import io.piperelay.web.payload.LiveResponse;
import io.piperelay.web.payload.PayloadDocument;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/**
 * A response that sends events as they happen:
 * <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream">server-sent
 * events</a>. The data of each is a JSON document, on one line.
 */
final class EventStream implements Following.Observer {

    private static final int RECONNECT_MILLIS = 1000;

    private final LiveResponse live;
    private final JsonMapper json;

    EventStream(LiveResponse live, JsonMapper json) {
        this.live = live;
        this.json = json;
    }

    void open() throws IOException {
        live.open(MediaType.TEXT_EVENT_STREAM_VALUE);
        send("retry: " + RECONNECT_MILLIS + "\n\n");
    }

    @Override
    public boolean isOver() {
        return live.isOver();
    }

    @Override
    public void send(PipeEvent event) throws IOException {
        if (event instanceof PipeEvent.Bytes bytes) {
            OutputSlice slice = bytes.slice();
            EventId id = EventId.behind(slice.session(), bytes.stream(), slice.next());
            live.send(slice.length(), body -> {
                begin(id, bytes.stream().toString());
                PayloadDocument.of(slice).writeTo(body);
                write("\n\n");
            });
        } else if (event instanceof PipeEvent.Gap gap) {
            send(EventId.behind(gap.session(), gap.stream(), gap.next()), "gap", gap);
        } else if (event instanceof PipeEvent.Exit exit) {
            send(EventId.exitOf(exit.session()), "exit", exit);
        } else if (event instanceof PipeEvent.Restarted restarted) {
            send(EventId.restartOf(restarted.previous()), "restarted", restarted);
        }
    }

    private void send(EventId id, String name, Object data) throws IOException {
        begin(id, name);
        write(json.writeValueAsString(data));
        end();
    }

    private void begin(EventId id, String name) throws IOException {
        write("id: " + id + "\nevent: " + name + "\ndata: ");
    }

    private void end() throws IOException {
        write("\n\n");
        live.flush();
    }

    /** A comment, which shows proxies that the connection is in use. */
    @Override
    public void heartbeat() throws IOException {
        send(": heartbeat\n\n");
    }

    private void send(String text) throws IOException {
        write(text);
        live.flush();
    }

    private void write(String text) throws IOException {
        live.body().write(text.getBytes(StandardCharsets.UTF_8));
    }
}
