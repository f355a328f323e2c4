package io.piperelay.web;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.piperelay.session.ClosedSession;
import io.piperelay.session.PipeSessions;
import io.piperelay.session.SessionStatus;
import io.piperelay.session.StoppedBy;
import io.piperelay.web.access.ServicePath;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The session's life: created, looked at, closed. Described for users in {@code openapi.yaml}. */
@RestController
@RequestMapping(produces = MediaType.APPLICATION_JSON_VALUE)
class SessionController {

    private final PipeSessions sessions;
    private final PipeLimits limits;

    /** While their requests arrive; none waits for the other. */
    private final WaitingRoom creators;

    SessionController(PipeSessions sessions, PipeLimits limits) {
        this.sessions = sessions;
        this.limits = limits;
        this.creators = new WaitingRoom(limits.creators());
    }

    @PostMapping("/pipe")
    ResponseEntity<SessionStatus> create(HttpServletRequest request) throws IOException, InterruptedException {
        boolean replace = Query.of(request, "replace").flag("replace");
        CreateRequest wanted = creators.admit(() -> CreateRequest.of(request, limits.pace()));
        SessionStatus created = sessions.create(wanted.child(), wanted.topology(), wanted.bufferSize(), replace)
                .status();
        return ResponseEntity.created(URI.create(ServicePath.prefix(request) + "/pipe"))
                .body(created);
    }

    @GetMapping("/pipe")
    SessionStatus show(HttpServletRequest request) {
        Query.of(request);
        return sessions.current().status();
    }

    @GetMapping("/pipe/children")
    Set<String> children(HttpServletRequest request) {
        Query.of(request);
        return sessions.children();
    }

    @DeleteMapping("/pipe")
    Closed close(HttpServletRequest request) {
        ClosedSession closed = sessions.close(Query.of(request, "grace").duration("grace", limits.longestTimeout()));
        return new Closed(closed.status(), closed.stoppedBy());
    }

    /** The session as it was at its end. */
    record Closed(
            @JsonUnwrapped SessionStatus session, @Nullable StoppedBy stoppedBy) {}
}
