package io.piperelay.web.socket;

import io.piperelay.bytes.BadFrameException;
import io.piperelay.bytes.Frame;
import io.piperelay.bytes.Framing;
import io.piperelay.web.problem.ProblemException;
import io.piperelay.web.problem.ProblemType;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Makes a message of what each frame contains, however long that is. */
final class FrameSplitter {

    /** Gets a message in parts. */
    interface Target {
        void part(byte[] bytes, int from, int count, boolean last) throws IOException;
    }

    private static final int LONGEST_HEADER = 4096;
    private static final int FIRST = 64;

    private final Framing framing;
    private final Target target;
    private byte[] header = new byte[FIRST];
    private int headerLength;

    /** How much of the frame's content is still to come; negative while its header is. */
    private long left = -1;

    FrameSplitter(Framing framing, Target target) {
        this.framing = framing;
        this.target = target;
    }

    void split(byte[] bytes, int from, int count) throws IOException {
        int at = from;
        while (at < from + count) {
            if (left < 0) {
                add(bytes[at++]);
                begin(bytes, at);
            } else {
                int part = (int) Math.min(left, from + count - at);
                left -= part;
                target.part(bytes, at, part, left == 0);
                at += part;
                left = left == 0 ? -1 : left;
            }
        }
    }

    private void add(byte value) {
        if (headerLength == header.length) {
            if (headerLength == LONGEST_HEADER) {
                throw bad("its header is too long");
            }
            header = Arrays.copyOf(header, 2 * headerLength);
        }
        header[headerLength++] = value;
    }

    private void begin(byte[] bytes, int at) throws IOException {
        Frame frame = frame();
        if (frame == null) {
            return;
        }
        headerLength = 0;
        left = frame.end() - frame.content();
        if (left == 0) {
            left = -1;
            target.part(bytes, at, 0, true);
        }
    }

    private @Nullable Frame frame() {
        try {
            return framing.frame(offset -> header[(int) offset], 0, headerLength);
        } catch (BadFrameException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
    }

    /** Nothing follows. */
    void end() {
        if (left >= 0 || headerLength > 0) {
            throw bad("the output ended within it");
        }
    }

    private static ProblemException bad(String why) {
        return new ProblemException(
                ProblemType.BAD_FRAME, "The output holds no frame where one should be: " + why + ".");
    }
}
