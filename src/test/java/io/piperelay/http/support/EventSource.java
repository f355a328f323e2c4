package io.piperelay.http.support;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An observer of server-sent events, as strict as the standard allows. Not thread-safe. */
public final class EventSource implements AutoCloseable {

    /** One event; its data is a JSON document. */
    public record Event(String id, String name, JsonNode data) {

        /** The bytes in its data. */
        public byte[] bytes() {
            String text = data.path("data").asString();
            return data.path("encoding").asString().equals("base64")
                    ? Base64.getDecoder().decode(text)
                    : text.getBytes(StandardCharsets.UTF_8);
        }

        public String text() {
            return new String(bytes(), StandardCharsets.UTF_8);
        }
    }

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpResponse<InputStream> response;
    private final BufferedReader lines;
    private final List<String> comments = new ArrayList<>();

    public EventSource(HttpResponse<InputStream> response) {
        this.response = response;
        this.lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    public String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    /** The comments that have arrived so far. */
    public List<String> comments() {
        return comments;
    }

    /** Waits for the next event. */
    public Event next() throws IOException {
        Event event = nextOrEnd();
        if (event == null) {
            throw new EOFException("the stream has ended");
        }
        return event;
    }

    /** @return null if the service has ended the stream properly */
    private @Nullable Event nextOrEnd() throws IOException {
        String id = "";
        String name = "";
        StringBuilder data = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty()) {
                if (!name.isEmpty()) {
                    return new Event(id, name, JSON.readTree(data.toString()));
                }
            } else if (line.startsWith(":")) {
                comments.add(line.substring(1).strip());
            } else if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("event: ")) {
                name = line.substring(7);
            } else if (line.startsWith("data: ")) {
                data.append(line.substring(6));
            } else if (!line.startsWith("retry: ")) {
                throw new IOException("not a line of an event stream: " + line);
            }
        }
        return null;
    }

    /** All events until the stream ends. */
    public List<Event> rest() throws IOException {
        List<Event> events = new ArrayList<>();
        for (Event event = nextOrEnd(); event != null; event = nextOrEnd()) {
            events.add(event);
        }
        return events;
    }

    @Override
    public void close() throws IOException {
        response.body().close();
    }
}
