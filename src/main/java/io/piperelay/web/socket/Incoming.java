package io.piperelay.web.socket;

import io.piperelay.web.payload.ArrivalClock;
import io.piperelay.web.payload.ClientPace;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Messages from a socket's client, which arrive in pieces. While a piece is being handled, which may take as long as the child
 * does not read, nothing more is read from the client.
 */
abstract class Incoming {

    private final ClientPace pace;

    /** Guards what follows, and what subclasses have. */
    private final ReentrantLock handling = new ReentrantLock();

    private volatile boolean closed;

    /** Of the message whose end has not come yet. */
    private @Nullable ArrivalClock clock;

    /** When the last piece had been handled. */
    private long since;

    Incoming(ClientPace pace) {
        this.pace = pace;
    }

    /** Returns when it has been handled; drops it if the socket is already closed. */
    final void piece(byte[] bytes, boolean isText, boolean last) throws IOException, InterruptedException {
        handling.lock();
        try {
            if (!closed) {
                arrived(bytes.length);
                accept(bytes, isText, last);
                clock = last ? null : clock;
                since = System.nanoTime();
            }
        } finally {
            handling.unlock();
            if (closed) {
                close(); // In case it was closed meanwhile.
            }
        }
    }

    private void arrived(int count) {
        ArrivalClock running = clock;
        if (running == null) {
            running = new ArrivalClock(pace);
            since = System.nanoTime();
        }
        running.note(System.nanoTime() - since, count);
        clock = running;
    }

    /** How long the rest of a message may still take, in nanoseconds; the maximum value if none is awaited. */
    final long timeLeft() {
        if (!handling.tryLock()) {
            return pace.grace().toNanos();
        }
        try {
            return clock == null ? Long.MAX_VALUE : clock.left() - (System.nanoTime() - since);
        } finally {
            handling.unlock();
        }
    }

    final boolean isClosed() {
        return closed;
    }

    /** Handles no more, and gives up what there is of a message. */
    final void close() {
        closed = true;
        if (handling.tryLock()) {
            try {
                clock = null;
                drop();
            } finally {
                handling.unlock();
            }
        }
    }

    /** Called with one piece after the other. */
    abstract void accept(byte[] bytes, boolean isText, boolean last) throws IOException, InterruptedException;

    /** Releases what a message holds that has not come to its end. May be repeated. */
    abstract void drop();
}
