package io.piperelay.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.piperelay.platform.ChildSignal;
import io.piperelay.session.Deadline;
import io.piperelay.session.NewSession;
import io.piperelay.session.PipeSession;
import io.piperelay.session.PipeSessions;
import io.piperelay.session.SentSignal;
import io.piperelay.session.SessionStatus;
import io.piperelay.session.SessionStatus.StoppedBy;
import io.piperelay.web.access.ServicePath;
import io.piperelay.web.tomcat.ClientConnection;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Creates, shows, signals and closes the session. Documented in {@code openapi.yaml}. */
@RestController
@RequestMapping(produces = MediaType.APPLICATION_JSON_VALUE)
class SessionController {

    private static final Duration KILLING = Duration.ofSeconds(2);

    private static final List<ChildSignal> SIGNALS = List.of(ChildSignal.values());

    private final PipeSessions sessions;
    private final MeantSession meant;
    private final PipeLimits limits;

    /** While their requests arrive; they do not wait for each other. */
    private final ConcurrencyLimit creators;

    /** While they wait for their turn. */
    private final ConcurrencyLimit inLine;

    SessionController(PipeSessions sessions, PipeLimits limits, Environment environment) {
        this.sessions = sessions;
        this.meant = new MeantSession(sessions);
        this.limits = limits;
        this.creators = new ConcurrencyLimit(limits.creators());
        this.inLine = new ConcurrencyLimit(limits.waitingWriters(environment));
    }

    @PostMapping("/pipe")
    ResponseEntity<SessionDocument> create(HttpServletRequest request) throws IOException, InterruptedException {
        Query query = Query.of(request, "replace", MeantSession.PARAMETER);
        boolean replace = query.flag("replace");
        CreateRequest body = creators.admit(() -> CreateRequest.of(request, limits.pace()));
        var wanted =
                new NewSession(body.child(), body.topology(), body.bufferSize(), replace, MeantSession.idIn(query));
        var deadline = new Deadline(limits.longestTimeout(), ClientConnection.of(request)::isGone);
        SessionStatus created =
                inLine.admit(() -> sessions.create(wanted, deadline).status());
        return ResponseEntity.created(URI.create(ServicePath.prefix(request) + "/pipe"))
                .header(MeantSession.HEADER, created.id())
                .body(SessionDocument.of(created, request));
    }

    @GetMapping("/pipe")
    SessionDocument show(HttpServletRequest request, HttpServletResponse response) {
        PipeSession shown = meant.toRead(Query.of(request, MeantSession.PARAMETER), response);
        return SessionDocument.of(shown.status(), request);
    }

    @GetMapping("/pipe/children")
    Set<String> children(HttpServletRequest request) {
        Query.refuseAny(request);
        return sessions.children();
    }

    @PostMapping("/pipe/signal")
    SentSignal signal(HttpServletRequest request, HttpServletResponse response) {
        Query query = Query.of(request, "name", MeantSession.PARAMETER);
        ChildSignal signal = query.choice("name", SIGNALS);
        return meant.toWrite(query, response).signal(signal);
    }

    @DeleteMapping("/pipe")
    Closed close(HttpServletRequest request, HttpServletResponse response) throws InterruptedException {
        Query query = Query.of(request, "grace", MeantSession.PARAMETER);
        Duration grace = query.duration("grace", limits.longestTimeout());
        // Another request's close may take as long as the longest grace, and the killing after it.
        var deadline = new Deadline(limits.longestTimeout().plus(KILLING), ClientConnection.of(request)::isGone);
        PipeSession closed = sessions.close(MeantSession.idIn(query), grace, deadline);
        response.setHeader(MeantSession.HEADER, closed.id());
        return new Closed(SessionDocument.of(closed.status(), request), closed.stoppedBy(), closed.notAsked());
    }

    /**
     * The session as it ended.
     *
     * @param stoppedBy what it took to end the child; null if it had already exited by itself
     * @param notAsked why the child was killed without having been asked to stop; null if it was not
     */
    record Closed(
            @JsonUnwrapped SessionDocument session,
            @Nullable StoppedBy stoppedBy,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String notAsked) {}
}
