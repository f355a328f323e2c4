package io.piperelay.web.socket;

import io.piperelay.bytes.Framing;
import io.piperelay.bytes.TextDecoder;
import io.piperelay.bytes.TextEncoding;
import io.piperelay.session.Following;
import io.piperelay.session.OutputSlice;
import io.piperelay.session.PipeEvent;
import io.piperelay.session.StandardStream;
import io.piperelay.web.problem.ProblemException;
import io.piperelay.web.problem.ProblemType;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends the output as it comes, as bytes or as text; or one message for each line or frame, the parts of which are sent as they
 * come.
 */
final class PlainOutput implements Following.Observer {

    private static final int PORTION = 512;

    private final Outgoing outgoing;
    private final BooleanSupplier over;
    private final @Nullable TextDecoder decoder;
    private final @Nullable FrameSplitter frames;
    private final @Nullable LineSplitter lines;
    private boolean begun;

    /** @param encoding of the child's text; null for UTF-8 */
    PlainOutput(SocketTerms terms, @Nullable TextEncoding encoding, Outgoing outgoing, BooleanSupplier over) {
        this.outgoing = outgoing;
        this.over = over;
        this.decoder = terms.text() ? TextEncoding.decoder(encoding, PORTION) : null;
        this.frames = terms.framing() == Framing.NONE ? null : new FrameSplitter(terms.framing(), this::content);
        this.lines = terms.lines() ? new LineSplitter(this::message) : null;
    }

    @Override
    public boolean isOver() {
        return over.getAsBoolean();
    }

    @Override
    public void send(PipeEvent event) throws IOException {
        if (event instanceof PipeEvent.Bytes bytes && bytes.stream() == StandardStream.OUTPUT) {
            send(bytes.slice());
        } else if (event instanceof PipeEvent.Gap gap && gap.stream() == StandardStream.OUTPUT) {
            throw new ProblemException(
                    ProblemType.OFFSET_GONE,
                    "This socket fell behind: the output from " + gap.offset() + " to " + gap.next()
                            + " is no longer held.");
        } else if (event instanceof PipeEvent.Exit) {
            end();
        } else {
            outgoing.pingIfSilent();
        }
    }

    private void send(OutputSlice slice) throws IOException {
        if (!begun && decoder != null) {
            decoder.goOnBehind(slice.lineBefore());
        }
        begun = true;
        slice.writeTo(new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int count) throws IOException {
                if (frames == null) {
                    content(bytes, offset, count, true);
                } else {
                    frames.split(bytes, offset, count);
                }
            }
        });
    }

    private void content(byte[] bytes, int from, int count, boolean last) throws IOException {
        if (decoder != null) {
            var text = new StringBuilder();
            decoder.decode(bytes, from, count, text::append);
            if (frames != null && last) {
                decoder.end(text::append);
                decoder.reset();
            }
            characters(text.toString(), last);
        } else if (lines != null) {
            characters(new String(bytes, from, count, StandardCharsets.ISO_8859_1), last);
        } else {
            outgoing.bytes(bytes, from, count, last);
        }
    }

    private void characters(String text, boolean last) throws IOException {
        if (lines != null) {
            lines.split(text);
        } else if (frames != null || !text.isEmpty()) {
            message(text, last);
        }
    }

    private void message(String text, boolean last) throws IOException {
        if (decoder != null) {
            outgoing.text(text, last);
        } else {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            outgoing.bytes(bytes, 0, bytes.length, last);
        }
    }

    private void end() throws IOException {
        if (frames != null) {
            frames.end();
        } else if (decoder != null) {
            var text = new StringBuilder();
            decoder.end(text::append);
            characters(text.toString(), true);
        }
        if (lines != null) {
            lines.end();
        }
    }

    @Override
    public void heartbeat() throws IOException {
        outgoing.pingIfSilent();
    }
}
