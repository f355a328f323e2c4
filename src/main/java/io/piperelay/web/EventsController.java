package io.piperelay.web;

import io.piperelay.session.Observation;
import io.piperelay.session.Patience;
import io.piperelay.session.PipeEvent;
import io.piperelay.session.PipeSession;
import io.piperelay.session.PipeSessions;
import io.piperelay.session.SessionStatus;
import io.piperelay.session.Source;
import io.piperelay.web.tomcat.ClientConnection;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** Tells observers what the child writes, without taking it. Described for users in {@code openapi.yaml}. */
@RestController
class EventsController {

    private final PipeSessions sessions;
    private final PipeLimits limits;
    private final JsonMapper json;
    private final WaitingRoom observers;

    EventsController(PipeSessions sessions, PipeLimits limits, JsonMapper json) {
        this.sessions = sessions;
        this.limits = limits;
        this.json = json;
        this.observers = new WaitingRoom(limits.observers());
    }

    @GetMapping(path = "/pipe/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    void events(HttpServletRequest request, HttpServletResponse response) throws IOException, InterruptedException {
        EventId last = lastSeen(request);
        PipeSession session = sessions.current();
        if (EventId.EXIT.equals(last) && session.status().state() != SessionStatus.State.RUNNING) {
            response.setStatus(HttpServletResponse.SC_NO_CONTENT); // A browser would ask again for ever.
            return;
        }
        var stream = new EventStream(response, json);
        observers.admit(() -> {
            Observation observation = observe(session, last);
            stream.open(session.id());
            tell(observation, stream, ClientConnection.of(request));
            return stream;
        });
    }

    /** What is told in a header counts more: a browser that reconnects repeats the query as it was. */
    private static @Nullable EventId lastSeen(HttpServletRequest request) {
        Long offset = Query.of(request, "offset").offset("offset");
        String header = request.getHeader("Last-Event-ID");
        if (header != null) {
            return EventId.of(header);
        }
        return offset == null ? null : new EventId(Source.OUTPUT, offset);
    }

    private static Observation observe(PipeSession session, @Nullable EventId last) {
        return last == null || last.source() == null
                ? session.observe()
                : session.observe(last.source(), last.offset());
    }

    private void tell(Observation observation, EventStream stream, ClientConnection client)
            throws IOException, InterruptedException {
        PipeEvent event = null;
        while (!(event instanceof PipeEvent.Exit)) {
            event = observation.next(new Patience(limits.heartbeat(), client::isGone));
            if (event != null) {
                stream.send(event);
            } else if (client.isGone()) {
                return;
            } else {
                stream.heartbeat();
            }
        }
    }

    /** Tells that there is something to observe. */
    @RequestMapping(path = "/pipe/events", method = RequestMethod.HEAD)
    void peek(HttpServletResponse response) {
        response.setHeader("Pipe-Session", sessions.current().id());
        response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
    }
}
