package io.piperelay.web;

import io.piperelay.session.Following;
import io.piperelay.session.Observation;
import io.piperelay.session.PipeEvent;
import io.piperelay.session.PipeException;
import io.piperelay.session.PipeSession;
import io.piperelay.session.PipeSessions;
import io.piperelay.session.StandardStream;
import io.piperelay.web.payload.LiveResponse;
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

/** Sends observers what the child writes, without taking it. Documented in {@code openapi.yaml}. */
@RestController
class EventsController {

    private final Following following;
    private final MeantSession meant;
    private final PipeLimits limits;
    private final JsonMapper json;
    private final Crowd crowd;

    EventsController(PipeSessions sessions, PipeLimits limits, JsonMapper json, Crowd crowd) {
        this.following = new Following(sessions, limits.heartbeat());
        this.meant = new MeantSession(sessions);
        this.limits = limits;
        this.json = json;
        this.crowd = crowd;
    }

    @GetMapping(path = "/pipe/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    void events(HttpServletRequest request, HttpServletResponse response) throws IOException, InterruptedException {
        Query query = Query.of(request, "offset", MeantSession.PARAMETER);
        Long offset = query.offset("offset");
        var stream = new EventStream(new LiveResponse(request, response, limits.stallTimeout()), json);
        PipeSession session = meant.toRead(query, response);
        EventId last = EventId.of(request.getHeader("Last-Event-ID"));
        boolean seen = EventId.exitOf(session.id()).equals(last);
        boolean over =
                seen && !session.succession().isOpen() && session.succession().successor() == null;
        if (over || EventId.restartOf(session.id()).equals(last)) {
            response.setStatus(HttpServletResponse.SC_NO_CONTENT); // Otherwise a browser would reconnect forever.
            return;
        }
        crowd.observers.admit(() -> {
            // A browser that reconnects repeats its original query, so the header takes precedence.
            boolean foreign = last != null && !last.session().equals(session.id());
            Observation observation = last == null ? observe(session, offset) : goOn(session, last);
            stream.open();
            if (foreign) {
                stream.send(new PipeEvent.Gap(session.id(), StandardStream.OUTPUT, 0, 0));
            }
            if (!seen) {
                following.tell(observation, stream);
            }
            following.tellOfSuccessors(
                    session, MeantSession.idIn(query) != null, stream, next -> next.observe(StandardStream.OUTPUT, 0));
        });
    }

    private static Observation observe(PipeSession session, @Nullable Long offset) {
        return offset == null ? session.observe() : session.observe(StandardStream.OUTPUT, offset);
    }

    /** After an event of another session, or one that cannot have been sent yet, starts from the beginning. */
    private static Observation goOn(PipeSession session, EventId last) {
        if (last.source() == null || !last.session().equals(session.id())) {
            return session.observe(StandardStream.OUTPUT, 0);
        }
        try {
            return session.observe(last.source(), last.offset());
        } catch (PipeException.OffsetGap e) {
            return session.observe();
        }
    }

    /** Shows that there is a session to observe. */
    @RequestMapping(path = "/pipe/events", method = RequestMethod.HEAD)
    void peek(HttpServletRequest request, HttpServletResponse response) {
        meant.toRead(Query.of(request, "offset", MeantSession.PARAMETER), response);
        response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
    }
}
