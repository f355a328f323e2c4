package io.piperelay.web;

import io.piperelay.bytes.Delimiter;
import io.piperelay.bytes.Framing;
import io.piperelay.bytes.TextEncoding;
import io.piperelay.session.Ending;
import io.piperelay.session.PipeSession;
import io.piperelay.session.ReadRequest;
import io.piperelay.session.WriteRequest;
import io.piperelay.web.problem.ProblemException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the parameters of a write, a read or an exchange ask for. */
final class PayloadQuery {

    /** Bytes that a read returns at most, unless it says otherwise. */
    static final int DEFAULT_MAX = 64 * 1024;

    private static final List<Framing> FRAMINGS = List.of(Framing.values());

    /** Besides a frame, nothing says where a message ends. */
    private static final List<String> NOT_WITH_FRAMING = List.of("append", "until", "quiet", "max");

    private final Query query;
    private final PipeLimits limits;
    private final @Nullable Framing framing;

    PayloadQuery(Query query, PipeLimits limits) {
        this.query = query;
        this.limits = limits;
        this.framing = query.optionalChoice("framing", FRAMINGS);
    }

    @Nullable Delimiter terminator() {
        return query.terminator("append");
    }

    /** @param timeout unless the query says otherwise */
    WriteRequest write(Duration timeout) {
        return new WriteRequest(
                query.offset("offset"), query.flag("eof"), query.duration("timeout", limits.longestTimeout(), timeout));
    }

    /**
     * @param offset from which to read; null for the first unread byte
     * @param absent what ends the bytes, unless the query says otherwise
     * @param window how many bytes there can be at most
     */
    ReadRequest read(@Nullable Long offset, Ending absent, int window) {
        return new ReadRequest(
                offset,
                ending(absent),
                query.integer("max", 1, window, Math.min(DEFAULT_MAX, window)),
                query.duration("timeout", limits.longestTimeout(), limits.readTimeout()));
    }

    private Ending ending(Ending absent) {
        List<Delimiter> until = query.until();
        Duration quiet = query.duration("quiet", limits.longestTimeout());
        return until.isEmpty() && quiet == null ? absent : new Ending(until, quiet, false);
    }

    /** The framing that the query asks for, or else the child's. */
    Framing framing(PipeSession session) {
        Framing meant = framing == null ? session.framing() : framing;
        if (meant != Framing.NONE) {
            query.refuse(
                    NOT_WITH_FRAMING,
                    "can't be combined with framing (" + meant + "): a frame itself says where it ends.");
        }
        return meant;
    }

    /**
     * What a request asks of this session: a frame, or else whole characters if they have to be converted, or else bytes.
     *
     * @param meant the {@linkplain #framing framing}
     * @param isText whether the client gets characters
     */
    static ReadRequest in(PipeSession session, Framing meant, ReadRequest asked, boolean isText) {
        if (meant != Framing.NONE) {
            return asked.framed(meant);
        }
        TextEncoding encoding = session.encoding();
        if (encoding == null) {
            return asked;
        }
        if (!asked.ending().until().stream().map(Delimiter::text).allMatch(encoding::canEncode)) {
            throw ProblemException.invalidParameter("until", "has a character that the child's charset lacks.");
        }
        return isText ? asked.inCharacters() : asked;
    }
}
