package io.piperelay.halfduplex;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The pipe as one side sees it: its own frames go out, the other side's frames come in.
 *
 * <p>Never blocks as long as both sides keep to their turns, of which this class knows nothing. Does not close the ends.
 */
final class SharedPipe {

    private final Side self;
    private final InputStream readEnd;
    private final OutputStream writeEnd;

    SharedPipe(Side self, InputStream readEnd, OutputStream writeEnd) {
        this.self = self;
        this.readEnd = readEnd;
        this.writeEnd = writeEnd;
    }

    /** Sends a frame in a single write: the other side must never see a part of it. */
    void send(Frame frame) throws IOException {
        byte[] bytes = frame.encode(self);
        writeEnd.write(bytes, 0, bytes.length);
        writeEnd.flush();
    }

    /** Takes the other side's frame, or returns null while there is none. */
    Frame poll() throws IOException {
        int available = readEnd.available();
        if (!self.peer().wrote(available)) {
            return null;
        }
        byte[] bytes = new byte[Math.min(available, Frame.MAX_SIZE + 1)];
        readEnd.readNBytes(bytes, 0, bytes.length);
        return Frame.decode(bytes, self.peer());
    }
}
