package io.piperelay.web.socket;

import io.piperelay.bytes.Delimiter;
import io.piperelay.bytes.Framing;
import io.piperelay.bytes.TextEncoding;
import io.piperelay.session.OpenMessage;
import io.piperelay.session.PipeSession;
import io.piperelay.session.WriteRequest;
import io.piperelay.web.payload.GatheredBody;
import io.piperelay.web.payload.MessageForm;
import io.piperelay.web.payload.Messages;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Relays each message to the child as it is, piece by piece; or, as a whole, in a frame, or in the child's charset if it is
 * text.
 */
final class PlainInput extends Incoming {

    private static final byte[] NOTHING = {};

    private final SocketTerms terms;
    private final SocketLimits limits;
    private final Messages messages;
    private final Supplier<PipeSession> target;
    private @Nullable OpenMessage open;
    private @Nullable GatheredBody gathered;
    private boolean endsLine;

    /** @param target the session to write to; throws what {@link io.piperelay.session.PipeSessions#current} does */
    PlainInput(SocketTerms terms, SocketLimits limits, Messages messages, Supplier<PipeSession> target) {
        super(limits.pace());
        this.terms = terms;
        this.limits = limits;
        this.messages = messages;
        this.target = target;
    }

    @Override
    void accept(byte[] bytes, boolean isText, boolean last) throws IOException, InterruptedException {
        PipeSession session = target.get();
        if (bytes.length > 0) {
            endsLine = bytes[bytes.length - 1] == '\n';
        }
        boolean unended = last && terms.lines() && !endsLine;
        var form = new MessageForm(unended ? Delimiter.LF : null, session.encoding(), terms.framing(), false);
        if (terms.framing() != Framing.NONE || (isText && session.encoding() != null)) {
            gather(session, bytes, isText, last, form);
        } else {
            relay(session, bytes, last, unended ? TextEncoding.encode("\n", session.encoding()) : NOTHING);
        }
        endsLine &= !last;
    }

    private void relay(PipeSession session, byte[] bytes, boolean last, byte[] terminator) throws InterruptedException {
        OpenMessage message = open;
        if (message == null) {
            message = session.open(limits.writeTimeout(), limits.longestMessage(), this::isClosed);
            open = message;
        }
        boolean complete = false;
        try {
            message.put(terminator.length == 0 ? bytes : joined(bytes, terminator));
            complete = last;
        } finally {
            if (complete) {
                drop();
            }
        }
    }

    private static byte[] joined(byte[] bytes, byte[] terminator) {
        byte[] joined = Arrays.copyOf(bytes, bytes.length + terminator.length);
        System.arraycopy(terminator, 0, joined, bytes.length, terminator.length);
        return joined;
    }

    private void gather(PipeSession session, byte[] bytes, boolean isText, boolean last, MessageForm form)
            throws IOException, InterruptedException {
        GatheredBody body = gathered == null ? messages.gather() : gathered;
        gathered = body;
        body.add(bytes);
        if (last) {
            var request = new WriteRequest(null, false, limits.writeTimeout());
            session.write(request, messages.message(body.bytes(), body.length(), isText, form, this::isClosed));
            drop();
        }
    }

    @Override
    void drop() {
        if (open != null) {
            open.end();
            open = null;
        }
        if (gathered != null) {
            gathered.close();
            gathered = null;
        }
    }
}
