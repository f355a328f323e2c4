package io.piperelay.session;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An in-memory client: whether it is connected, and what it received. */
final class FakeReceiver implements Receiver {

    private final List<WriteResult> accepted = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream got = new ByteArrayOutputStream();
    private volatile boolean gone;
    private volatile boolean breaksOff;
    private volatile long openedAt = -1;

    /** Disconnects it. */
    void go() {
        gone = true;
    }

    /** Its connection breaks as soon as something is delivered. */
    FakeReceiver breakingOff() {
        breaksOff = true;
        return this;
    }

    /** The messages of whose acceptance it was notified. */
    List<WriteResult> accepted() {
        return accepted;
    }

    /** Where its stream began; -1 before. */
    long openedAt() {
        return openedAt;
    }

    String got() {
        return got.toString(StandardCharsets.UTF_8);
    }

    @Override
    public boolean isGone() {
        return gone;
    }

    @Override
    public void accepted(WriteResult message) {
        accepted.add(message);
    }

    @Override
    public void open(long offset) {
        openedAt = offset;
    }

    @Override
    public void receive(OutputSlice slice) throws IOException {
        if (breaksOff) {
            throw new IOException("the connection broke");
        }
        slice.writeTo(got);
    }
}
