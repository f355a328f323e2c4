package io.piperelay.web;

import io.piperelay.session.Deadline;
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

    private final PipeSessions sessions;
    private final MeantSession meant;
    private final PipeLimits limits;
    private final JsonMapper json;
    private final Crowd crowd;

    EventsController(PipeSessions sessions, PipeLimits limits, JsonMapper json, Crowd crowd) {
        this.sessions = sessions;
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
                tell(observation, stream);
            }
            tellOfSuccessors(session, MeantSession.idIn(query) != null, stream);
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

    private void tell(Observation observation, EventStream stream) throws IOException, InterruptedException {
        PipeEvent event = null;
        while (!(event instanceof PipeEvent.Exit)) {
            event = observation.next(new Deadline(limits.heartbeat(), stream::isOver));
            if (event != null) {
                stream.send(event);
            } else if (stream.isOver()) {
                return;
            } else {
                stream.heartbeat();
            }
        }
    }

    /** @param only whether no other session is meant, so that these are not observed themselves */
    private void tellOfSuccessors(PipeSession session, boolean only, EventStream stream)
            throws IOException, InterruptedException {
        PipeSession told = session;
        for (String next = successor(told, stream); next != null; next = successor(told, stream)) {
            stream.send(new PipeEvent.Restarted(next, told.id()));
            told = sessions.currentIfAny();
            if (only || told == null || !told.id().equals(next)) {
                return; // Who reconnects gets what is there by then.
            }
            tell(told.observe(StandardStream.OUTPUT, 0), stream);
        }
    }

    /** Waits until it is decided which session follows; null if none does, or if the observer has gone. */
    private @Nullable String successor(PipeSession ended, EventStream stream) throws IOException, InterruptedException {
        while (!ended.succession().await(new Deadline(limits.heartbeat(), stream::isOver))) {
            if (stream.isOver()) {
                return null;
            }
            stream.heartbeat();
        }
        return ended.succession().successor();
    }

    /** Shows that there is a session to observe. */
    @RequestMapping(path = "/pipe/events", method = RequestMethod.HEAD)
    void peek(HttpServletRequest request, HttpServletResponse response) {
        meant.toRead(Query.of(request, "offset", MeantSession.PARAMETER), response);
        response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
    }
}
