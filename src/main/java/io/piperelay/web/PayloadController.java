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
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
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

    /** Bytes that a read returns at most, unless it says otherwise. */
    private static final int DEFAULT_MAX = 64 * 1024;

    private static final List<Framing> FRAMINGS = List.of(Framing.values());

    /** Besides a frame, nothing says where a message ends. */
    private static final List<String> NOT_WITH_FRAMING = List.of("append", "until", "quiet", "max");

    private final MeantSession meant;
    private final PipeLimits limits;
    private final WindowSettings windows;
    private final Messages messages;
    private final ConcurrencyLimit readers;
    private final ConcurrencyLimit writers;

    PayloadController(PipeSessions sessions, PipeLimits limits, WindowSettings windows, Environment environment) {
        this.meant = new MeantSession(sessions);
        this.limits = limits;
        this.windows = windows;
        this.messages = new Messages(limits.pace(), limits.maxRequest(), limits.maxFrame());
        this.readers = new ConcurrencyLimit(limits.waitingReaders(environment));
        this.writers = new ConcurrencyLimit(limits.waitingWriters(environment));
    }

    @PostMapping(path = "/pipe/write", produces = MediaType.APPLICATION_JSON_VALUE)
    WriteResult write(HttpServletRequest request, HttpServletResponse response)
            throws IOException, InterruptedException {
        Query query = Query.of(request, "append", "eof", "offset", "timeout", "framing", MeantSession.PARAMETER);
        WriteRequest write = writeRequest(query, limits.writeTimeout());
        Delimiter terminator = query.terminator("append");
        Framing asked = framing(query);
        PipeSession session = meant.toWrite(query, response);
        var form = new MessageForm(terminator, session.encoding(), framing(asked, session, query), write.eof());
        return writers.admit(() -> messages.use(request, form, message -> session.write(write, message)));
    }

    @GetMapping("/pipe/read")
    void read(HttpServletRequest request, HttpServletResponse response) throws IOException, InterruptedException {
        Query query =
                Query.of(request, "max", "timeout", "until", "quiet", "offset", "framing", MeantSession.PARAMETER);
        ReadRequest asked = readRequest(query, query.offset("offset"), Ending.ANY_BYTE);
        Framing framing = framing(query);
        var receiver = new HttpReceiver(request, response, limits.pace());
        PipeSession session = meant.toRead(query, response);
        ReadRequest read = of(session, asked, framing(framing, session, query), receiver);
        boolean delivered = readers.admit(() -> session.read(read, receiver));
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
        readers.admit(() -> session.stream(receiver));
    }

    /** Shows where a read would begin, without taking anything. */
    @RequestMapping(path = "/pipe/read", method = RequestMethod.HEAD)
    void peek(HttpServletRequest request, HttpServletResponse response) {
        peek(
                Query.of(request, "max", "timeout", "until", "quiet", "offset", "framing", MeantSession.PARAMETER),
                response);
    }

    @RequestMapping(path = "/pipe/stream", method = RequestMethod.HEAD)
    void peekStream(HttpServletRequest request, HttpServletResponse response) {
        peek(Query.of(request, MeantSession.PARAMETER), response);
    }

    private void peek(Query query, HttpServletResponse response) {
        SessionStatus status = meant.toRead(query, response).status();
        response.setHeader("Pipe-Offset", Long.toString(status.output().cursor()));
        response.setHeader("Pipe-Next", Long.toString(status.output().end()));
    }

    @PostMapping("/pipe/exchange")
    void exchange(HttpServletRequest request, HttpServletResponse response) throws IOException, InterruptedException {
        Query query = Query.of(
                request,
                "append",
                "eof",
                "offset",
                "timeout",
                "max",
                "until",
                "quiet",
                "framing",
                MeantSession.PARAMETER);
        WriteRequest write = writeRequest(query, limits.readTimeout());
        Delimiter terminator = Objects.requireNonNullElse(query.terminator("append"), Delimiter.LF);
        ReadRequest asked = readRequest(query, null, Ending.LINE);
        Framing askedFraming = framing(query);
        var receiver = new HttpReceiver(request, response, limits.pace());
        PipeSession session = meant.toWrite(query, response);
        Framing framing = framing(askedFraming, session, query);
        var form = new MessageForm(terminator, session.encoding(), framing, write.eof());
        ReadRequest read = of(session, asked, framing, receiver);
        if (read.ending().quiet() != null && session.isPipelining()) {
            throw ProblemException.invalidParameter(
                    "quiet",
                    "can't end the reply of a child with pipelining: replies follow each other without silence.");
        }
        readers.admit(() -> messages.use(request, form, message -> {
            session.exchange(write, message, read, receiver);
            return true;
        }));
    }

    @GetMapping("/pipe/errors")
    void errors(HttpServletRequest request, HttpServletResponse response) throws IOException, InterruptedException {
        Query query = Query.of(request, "offset", "max", MeantSession.PARAMETER);
        Long offset = query.offset("offset");
        int max = query.integer("max", 1, Integer.MAX_VALUE, DEFAULT_MAX);
        var receiver = new HttpReceiver(request, response, limits.pace());
        meant.toRead(query, response).errors(offset, max, receiver.isText(), receiver);
    }

    private WriteRequest writeRequest(Query query, Duration timeout) {
        return new WriteRequest(
                query.offset("offset"), query.flag("eof"), query.duration("timeout", limits.longestTimeout(), timeout));
    }

    private static @Nullable Framing framing(Query query) {
        return query.optionalChoice("framing", FRAMINGS);
    }

    /** The framing that a request asks for, or else the child's. */
    private static Framing framing(@Nullable Framing asked, PipeSession session, Query query) {
        Framing framing = asked == null ? session.framing() : asked;
        if (framing != Framing.NONE) {
            query.refuse(
                    NOT_WITH_FRAMING,
                    "can't be combined with framing (" + framing + "): a frame itself says where it ends.");
        }
        return framing;
    }

    /** What a client asks of this session: a frame, or characters if the child's have to be converted, or bytes. */
    private static ReadRequest of(PipeSession session, ReadRequest asked, Framing framing, HttpReceiver receiver) {
        if (framing != Framing.NONE) {
            return asked.framed(framing);
        }
        return session.encoding() == null || !receiver.isText() ? asked : asked.inCharacters();
    }

    /** @param absent what ends the bytes if the query does not say */
    private ReadRequest readRequest(Query query, @Nullable Long offset, Ending absent) {
        int max = query.integer("max", 1, windows.output(), Math.min(DEFAULT_MAX, windows.output()));
        return new ReadRequest(
                offset,
                ending(query, absent),
                max,
                query.duration("timeout", limits.longestTimeout(), limits.readTimeout()));
    }

    private Ending ending(Query query, Ending absent) {
        List<Delimiter> until = query.until();
        Duration quiet = query.duration("quiet", limits.longestTimeout());
        return until.isEmpty() && quiet == null ? absent : new Ending(until, quiet, false);
    }
}
