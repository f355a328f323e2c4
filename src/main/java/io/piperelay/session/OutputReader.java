package io.piperelay.session;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Hands the output to readers: each byte to exactly one of those that read without an offset, in the order they came.
 *
 * <p>Such a reader has the turn until its bytes are delivered, and takes them only then. Readers with an offset take
 * nothing and need no turn, so that a client can ask again while its lost request is still waiting.
 */
final class OutputReader {

    /** The output ends a moment before the exit of its writer can be seen. */
    private static final Duration EXIT_FOLLOWS = Duration.ofMillis(250);

    private static final Wanted ANYTHING = new Wanted(1, null);
    private static final Wanted PORTION = new Wanted(64 * 1024, null);
    private static final Duration PAUSE = Duration.ofSeconds(60);

    private final String session;
    private final OutputWindow window;
    private final ChildExit exit;
    private final ReentrantLock turn = new ReentrantLock(true);

    OutputReader(String session, OutputWindow window, ChildExit exit) {
        this.session = session;
        this.window = window;
        this.exit = exit;
    }

    /** A turn that spans more than one read; reentrant. */
    ReentrantLock turn() {
        return turn;
    }

    /**
     * Waits for the wanted bytes and delivers them.
     *
     * @return false if patience ended before there were any
     */
    boolean read(ReadRequest request, Patience patience, Receiver receiver) throws IOException, InterruptedException {
        Long offset = request.offset();
        if (offset != null) {
            window.acknowledge(offset);
            return deliver(window.awaitFrom(offset, request.wanted(), patience), receiver);
        }
        if (!patience.acquire(turn)) {
            return false;
        }
        try {
            Span span = window.awaitUnread(request.wanted(), patience);
            boolean delivered = deliver(span, receiver);
            if (delivered) {
                window.take(span);
            }
            return delivered;
        } finally {
            turn.unlock();
        }
    }

    /**
     * Delivers and takes the output as it comes, until it ends or the receiver is gone. Waits without the turn, so that
     * others can read and exchange in the meantime.
     *
     * @throws PipeException.EndOfOutput if it had ended before
     * @throws PipeException.SessionClosed if there are bytes that can't be delivered any more
     */
    void stream(StreamReceiver receiver) throws IOException, InterruptedException {
        SessionStatus.Output now = window.status();
        if (now.eof() && now.cursor() == now.end()) {
            throw endOfOutput();
        }
        receiver.open(session, now.cursor());
        try {
            while (!receiver.isGone()) {
                Span unread = window.awaitUnread(ANYTHING, pause(receiver));
                if (!unread.isEmpty() || unread.eof()) {
                    deliverWhatIsThere(receiver);
                }
            }
        } catch (PipeException.EndOfOutput e) {
            // All of it was delivered.
        } catch (PipeException.SessionClosed e) {
            if (window.hasUnread()) {
                throw e;
            }
        }
    }

    private void deliverWhatIsThere(Receiver receiver) throws IOException, InterruptedException {
        if (pause(receiver).acquire(turn)) {
            try {
                read(new ReadRequest(null, PORTION), new Patience(Duration.ZERO, receiver::isGone), receiver);
            } finally {
                turn.unlock();
            }
        }
    }

    private static Patience pause(Receiver receiver) {
        return new Patience(PAUSE, receiver::isGone);
    }

    private boolean deliver(Span span, Receiver receiver) throws IOException {
        if (span.isEmpty() && span.eof()) {
            throw endOfOutput();
        }
        if (span.isEmpty() || receiver.isGone()) {
            return false;
        }
        receiver.receive(new OutputSlice(session, window, span));
        return true;
    }

    private PipeException endOfOutput() {
        exit.within(EXIT_FOLLOWS);
        return new PipeException.EndOfOutput(exit.code());
    }
}
