package io.piperelay.web;

import io.piperelay.bytes.Framing;
import io.piperelay.bytes.TextEncoding;
import io.piperelay.session.Observation;
import io.piperelay.session.PipeSession;
import io.piperelay.session.PipeSessions;
import io.piperelay.session.StandardStream;
import io.piperelay.web.payload.Messages;
import io.piperelay.web.problem.ProblemException;
import io.piperelay.web.problem.ProblemWriter;
import io.piperelay.web.socket.Handshake;
import io.piperelay.web.socket.SocketLimits;
import io.piperelay.web.socket.SocketTerms;
import io.piperelay.web.socket.Sockets;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.thread.Threading;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Makes WebSockets of requests. Documented in {@code openapi.yaml}.
 *
 * <p>When the service ends, clients learn it while it still waits for other requests.
 */
@RestController
class SocketController implements SmartLifecycle {

    private static final String[] PARAMETERS = {"text", "framing", "take", "offset", MeantSession.PARAMETER};
    private static final List<String> NOT_WITH_JSON = List.of("text", "framing");
    private static final String LINE = "line";

    /** As long as other requests have. */
    private static final Duration CLOSE = Duration.ofMillis(500);

    private final PipeSessions sessions;
    private final MeantSession meant;
    private final PipeLimits limits;
    private final Messages messages;
    private final Crowd crowd;
    private final ProblemWriter problems;
    private final boolean virtualThreads;
    private @Nullable Sockets sockets;
    private volatile boolean running;

    SocketController(
            PipeSessions sessions,
            PipeLimits limits,
            Messages messages,
            Crowd crowd,
            ProblemWriter problems,
            Environment environment) {
        this.sessions = sessions;
        this.meant = new MeantSession(sessions);
        this.limits = limits;
        this.messages = messages;
        this.crowd = crowd;
        this.problems = problems;
        this.virtualThreads = Threading.VIRTUAL.isActive(environment);
    }

    @GetMapping("/pipe/socket")
    void open(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Query query = Query.of(request, PARAMETERS);
        boolean text = query.flag("text");
        boolean takes = query.flag("take");
        Long offset = query.offset("offset");
        String framing = query.optionalChoice("framing", framings());
        boolean only = MeantSession.idIn(query) != null;
        String protocol = Handshake.protocol(request);
        if (Handshake.isJson(protocol)) {
            query.refuse(NOT_WITH_JSON, "is for sockets without the subprotocol json.pipe-relay.");
        }
        Handshake.check(request, response);
        PipeSession session = meant.toRead(query, response);
        var terms = new SocketTerms(
                protocol,
                text,
                LINE.equals(framing),
                framing(framing, session),
                takes,
                takes && offset != null && Handshake.isJson(protocol),
                only);
        if (terms.lines() && !text && !hasLines(session.encoding())) {
            throw ProblemException.invalidParameter(
                    "framing", "can be line only with text=true for this child, whose charset is not like ASCII.");
        }
        Runnable leave = crowd.enterSocket();
        try {
            Observation observation = observe(session, terms, offset);
            sockets().open(request, response, terms, session, observation, leave);
        } catch (IOException | RuntimeException e) {
            leave.run();
            throw e;
        }
    }

    private static List<String> framings() {
        List<String> framings = new ArrayList<>(List.of(LINE));
        for (Framing framing : Framing.values()) {
            framings.add(framing.toString());
        }
        return framings;
    }

    private static Framing framing(@Nullable String name, PipeSession session) {
        if (name == null) {
            return session.framing();
        }
        for (Framing framing : Framing.values()) {
            if (framing.toString().equals(name)) {
                return framing;
            }
        }
        return Framing.NONE;
    }

    private static boolean hasLines(@Nullable TextEncoding encoding) {
        byte[] feed = TextEncoding.encode("\n", encoding);
        return feed.length == 1 && feed[0] == '\n';
    }

    private static Observation observe(PipeSession session, SocketTerms terms, @Nullable Long offset) {
        if (terms.takes()) {
            if (offset != null) {
                session.acknowledge(offset);
            }
            return terms.confirms()
                    ? session.observe(StandardStream.OUTPUT, Objects.requireNonNull(offset))
                    : session.take();
        }
        if (offset != null) {
            return session.observe(StandardStream.OUTPUT, offset);
        }
        // The oldest byte held may be in the middle of a frame; the first unread one is not, where frames are read.
        return terms.framing() == Framing.NONE || terms.isJson()
                ? session.observe()
                : session.observe(
                        StandardStream.OUTPUT, session.status().output().cursor());
    }

    /** Made at the first request: most services are never asked for a WebSocket. */
    private synchronized Sockets sockets() {
        if (sockets == null) {
            var socketLimits = new SocketLimits(
                    limits.writeTimeout(),
                    limits.maxRequest(),
                    limits.pace(),
                    limits.stallTimeout(),
                    limits.heartbeat());
            sockets = new Sockets(sessions, socketLimits, messages, problems, ProblemAdvice::problem, virtualThreads);
        }
        return sockets;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public synchronized void stop() {
        running = false;
        if (sockets != null) {
            sockets.awaitEnd(CLOSE);
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
