package io.piperelay.web;

import io.piperelay.bytes.Delimiter;
import io.piperelay.bytes.Framing;
import io.piperelay.session.Ending;
import io.piperelay.session.PipeSession;
import io.piperelay.session.PipeSessions;
import io.piperelay.session.ReadRequest;
import io.piperelay.session.SessionStatus;
import io.piperelay.session.WindowSettings;
import io.piperelay.session.WriteRequest;
import io.piperelay.session.WriteResult;
import io.piperelay.web.payload.HttpReceiver;
import io.piperelay.web.payload.HttpStreamReceiver;
import io.piperelay.web.payload.LiveResponse;
import io.piperelay.web.payload.MessageForm;
import io.piperelay.web.payload.Messages;
import io.piperelay.web.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/**
 * The routes that carry payload. Bodies pass through as streams, and nothing between the socket and the pipe parses them.
 *
 * <p>Documented in {@code openapi.yaml}.
 */
@RestController
class PayloadController {

    private static final String[] OF_WRITE = {"append", "eof", "offset", "timeout", "framing", MeantSession.PARAMETER};
    private static final String[] OF_READ = {
        "max", "timeout", "until", "quiet", "offset", "framing", MeantSession.PARAMETER
    };
    private static final String[] OF_EXCHANGE = {
        "append", "eof", "offset", "timeout", "max", "until", "quiet", "framing", MeantSession.PARAMETER
    };

    private final MeantSession meant;
    private final PipeLimits limits;
    private final WindowSettings windows;
    private final Messages messages;
    private final Crowd crowd;

    PayloadController(
            PipeSessions sessions, PipeLimits limits, Messages messages, WindowSettings windows, Crowd crowd) {
        this.meant = new MeantSession(sessions);
        this.limits = limits;
        this.windows = windows;
        this.messages = messages;
        this.crowd = crowd;
    }

    @PostMapping(path = "/pipe/write", produces = MediaType.APPLICATION_JSON_VALUE)
    WriteResult write(HttpServletRequest request, HttpServletResponse response)
            throws IOException, InterruptedException {
        Query query = Query.of(request, OF_WRITE);
        var payload = new PayloadQuery(query, limits);
        WriteRequest write = payload.write(limits.writeTimeout());
        Delimiter terminator = payload.terminator();
        PipeSession session = meant.toWrite(query, response);
        var form = new MessageForm(terminator, session.encoding(), payload.framing(session), write.eof());
        return crowd.writers.admit(() -> messages.use(request, form, message -> session.write(write, message)));
    }

    @GetMapping("/pipe/read")
    void read(HttpServletRequest request, HttpServletResponse response) throws IOException, InterruptedException {
        Query query = Query.of(request, OF_READ);
        var payload = new PayloadQuery(query, limits);
        ReadRequest asked = payload.read(query.offset("offset"), Ending.ANY_BYTE, windows.output());
        var receiver = new HttpReceiver(request, response, limits.pace());
        PipeSession session = meant.toRead(query, response);
        ReadRequest read = PayloadQuery.in(session, payload.framing(session), asked, receiver.isText());
        boolean delivered = crowd.readers.admit(() -> session.read(read, receiver));
        if (!delivered && receiver.isGone()) {
            throw ProblemException.clientGone();
        }
        if (!delivered) {
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        }
    }

    @GetMapping(path = "/pipe/stream", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    void stream(HttpServletRequest request, HttpServletResponse response) throws IOException, InterruptedException {
        Query query = Query.of(request, MeantSession.PARAMETER);
        var receiver = new HttpStreamReceiver(new LiveResponse(request, response, limits.stallTimeout()), response);
        PipeSession session = meant.toRead(query, response);
        crowd.readers.admit(() -> session.stream(receiver));
    }

    /** Shows where a read would begin, without taking anything. */
    @RequestMapping(path = "/pipe/read", method = RequestMethod.HEAD)
    void peek(HttpServletRequest request, HttpServletResponse response) {
        Query query = Query.of(request, OF_READ);
        var payload = new PayloadQuery(query, limits);
        ReadRequest asked = payload.read(query.offset("offset"), Ending.ANY_BYTE, windows.output());
        PipeSession session = meant.toRead(query, response);
        PayloadQuery.in(session, payload.framing(session), asked, true); // Refuses what the read itself would.
        peek(session, response);
    }

    @RequestMapping(path = "/pipe/stream", method = RequestMethod.HEAD)
    void peekStream(HttpServletRequest request, HttpServletResponse response) {
        peek(meant.toRead(Query.of(request, MeantSession.PARAMETER), response), response);
    }

    private static void peek(PipeSession session, HttpServletResponse response) {
        SessionStatus status = session.status();
        response.setHeader("Pipe-Offset", Long.toString(status.output().cursor()));
        response.setHeader("Pipe-Next", Long.toString(status.output().end()));
    }

    @PostMapping("/pipe/exchange")
    void exchange(HttpServletRequest request, HttpServletResponse response) throws IOException, InterruptedException {
        Query query = Query.of(request, OF_EXCHANGE);
        var payload = new PayloadQuery(query, limits);
        WriteRequest write = payload.write(limits.readTimeout());
        Delimiter terminator = Objects.requireNonNullElse(payload.terminator(), Delimiter.LF);
        ReadRequest asked = payload.read(null, Ending.LINE, windows.output());
        var receiver = new HttpReceiver(request, response, limits.pace());
        PipeSession session = meant.toWrite(query, response);
        Framing framing = payload.framing(session);
        var form = new MessageForm(terminator, session.encoding(), framing, write.eof());
        ReadRequest read = PayloadQuery.in(session, framing, asked, receiver.isText());
        if (read.ending().quiet() != null && session.isPipelining()) {
            throw ProblemException.invalidParameter(
                    "quiet",
                    "can't end the reply of a child with pipelining: replies follow each other without silence.");
        }
        crowd.readers.admit(() -> messages.use(request, form, message -> {
            session.exchange(write, message, read, receiver);
            return true;
        }));
    }

    @GetMapping("/pipe/errors")
    void errors(HttpServletRequest request, HttpServletResponse response) throws IOException, InterruptedException {
        Query query = Query.of(request, "offset", "max", MeantSession.PARAMETER);
        Long offset = query.offset("offset");
        int max = query.integer("max", 1, Integer.MAX_VALUE, PayloadQuery.DEFAULT_MAX);
        var receiver = new HttpReceiver(request, response, limits.pace());
        meant.toRead(query, response).errors(offset, max, receiver.isText(), receiver);
    }
}
