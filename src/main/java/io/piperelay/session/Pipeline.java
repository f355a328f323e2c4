package io.piperelay.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.piperelay.session.ExchangeLog.Exchange;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Matches replies to messages by their order: the messages that were written and whose replies have not been delivered each
 * have a place here.
 *
 * <p>Of the requests that wait, one at a time has the lead: it waits for the reply that comes first, whosever it is, and
 * wakes the one it is for. A place that nobody waits at any more keeps its reply from going to the next. Replies are taken in
 * order, each once it and all before it have been delivered, so that the window keeps them until then.
 *
 * <p>While {@linkplain #open requests are in the pipeline}, it has the readers' turn.
 */
final class Pipeline {

    private static final Deadline AT_ONCE = new Deadline(Duration.ZERO, () -> false);

    private final OutputWindow window;
    private final OutputReader reader;
    private final ExchangeTurns turns;
    private final ExchangeLog log;
    private final ReentrantLock lock = new ReentrantLock();

    /** In order of the messages; first those whose replies have been found, then those that still miss theirs. */
    @GuardedBy("lock") private final Deque<Place> places = new ArrayDeque<>();

    /** The offset in the output at which the first missing reply begins. */
    @GuardedBy("lock") private long next;

    @GuardedBy("lock") private boolean led;

    @GuardedBy("lock") private int requests;

    /** A message, and what becomes of its reply; what changes is guarded by the pipeline's lock. */
    final class Place {

        private final Exchange exchange;
        private final ReadRequest request;
        /** Signalled when the reply has been found, or somebody has to lead. */
        private final Signal changed = new Signal(lock);

        /** Requests for which the reply is yet to be found. */
        private int waiting;

        private @Nullable OutputSlice reply;

        /** After the reply and what is left of it, if it was longer than the request wanted; -1 while that is unknown. */
        private long end = -1;

        private int delivering;

        private Place(Exchange exchange, ReadRequest request) {
            this.exchange = exchange;
            this.request = request;
        }

        private boolean isOver() {
            return end >= 0 && waiting == 0 && delivering == 0;
        }
    }

    Pipeline(OutputWindow window, OutputReader reader, ExchangeTurns turns, ExchangeLog log) {
        this.window = window;
        this.reader = reader;
        this.turns = turns;
        this.log = log;
    }

    /**
     * A request enters, if others are in the pipeline already, so that it has the readers' turn. For a caller that has the
     * turn among exchanges.
     */
    boolean join() {
        lock.lock();
        try {
            requests += requests == 0 ? 0 : 1;
            return requests > 0;
        } finally {
            lock.unlock();
        }
    }

    /** The first request enters, and hands the readers' turn over. What others have read meanwhile was nobody's reply. */
    void open() {
        lock.lock();
        try {
            requests = 1;
            long cursor = window.status().cursor();
            Place first = places.peek();
            if (cursor != (first == null || first.reply == null ? next : first.reply.offset())) {
                places.forEach(place -> log.forget(place.exchange));
                places.clear();
                next = cursor;
            }
        } finally {
            lock.unlock();
        }
    }

    /** A request leaves; the last one ends the readers' turn. */
    void leave() {
        lock.lock();
        try {
            requests--;
            if (requests == 0) {
                turns.endReading();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether replies are still to be delivered. */
    boolean isBusy() {
        lock.lock();
        try {
            return !places.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** The offset in the output at which the first missing reply begins. */
    long next() {
        lock.lock();
        try {
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Joins those who {@link #await} the reply to a message that is written again; null if it has been delivered. */
    @Nullable Place join(Exchange exchange) {
        lock.lock();
        try {
            for (Place place : places) {
                if (place.exchange.start() == exchange.start()) {
                    place.waiting++;
                    return place;
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** A place for a message that has just been written, before anybody else has written, and for whoever {@link #await}s its reply. */
    Place append(Exchange exchange, ReadRequest request) {
        lock.lock();
        try {
            var place = new Place(exchange, request);
            place.waiting = 1;
            places.add(place);
            return place;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the reply. Its bytes stay in the window until the reply has been {@linkplain #delivered delivered}.
     *
     * @return null if the deadline passed first; the reply, when it comes, goes to nobody else
     * @throws PipeException {@code END_OF_OUTPUT} if the output ended without it
     */
    @Nullable OutputSlice await(Place place, Deadline deadline) throws InterruptedException {
        lock.lock();
        try {
            return awaitReply(place, deadline);
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock") private @Nullable OutputSlice awaitReply(Place place, Deadline deadline) throws InterruptedException {
        try {
            boolean inTime = true;
            while (place.reply == null && inTime) {
                inTime = led ? deadline.await(place.changed) : lead(deadline);
            }
            findAllThatAreThere();
            place.delivering += place.reply == null ? 0 : 1;
            return place.reply;
        } finally {
            place.waiting--;
            takeDelivered();
            passTheLead();
        }
    }

    /** Everything that could be done for the reply has been. */
    void delivered(Place place) {
        lock.lock();
        try {
            place.delivering--;
            takeDelivered();
        } finally {
            lock.unlock();
        }
    }

    /** Looks for the first reply that is missing; false if it was not there before the deadline. */
    @GuardedBy("lock") private boolean lead(Deadline deadline) throws InterruptedException {
        Place first = firstMissing();
        if (first == null) {
            return false;
        }
        OutputSlice found;
        led = true;
        long from = next;
        lock.unlock();
        try {
            found = reader.awaitReply(from, first.request, deadline);
        } finally {
            lock.lock();
            led = false;
        }
        if (!found.isEmpty()) {
            found(first, found);
        }
        return !found.isEmpty();
    }

    @GuardedBy("lock") private void found(Place place, OutputSlice slice) {
        next = slice.next();
        if (place.reply == null) {
            place.reply = slice;
            log.answer(place.exchange, slice);
            place.changed.signalAll();
        }
        if (slice.eof() || slice.isWhole()) {
            place.end = next;
        }
        takeDelivered();
    }

    @GuardedBy("lock") private @Nullable Place firstMissing() {
        for (Place place : places) {
            if (place.end < 0) {
                return place;
            }
        }
        return null;
    }

    /** Spares those behind the switch of threads, if one read has brought several replies. */
    @GuardedBy("lock") private void findAllThatAreThere() throws InterruptedException {
        try {
            while (!led && lead(AT_ONCE)) {
                // The next one.
            }
        } catch (PipeException e) {
            // Whoever needs what is not there will find the same.
        }
    }

    @GuardedBy("lock") private void takeDelivered() {
        for (Place first = places.peek(); first != null && first.isOver(); first = places.peek()) {
            places.remove();
            window.takeUpTo(first.end);
        }
    }

    @GuardedBy("lock") private void passTheLead() {
        if (led) {
            return;
        }
        for (Place place : places) {
            if (place.reply == null && place.waiting > 0) {
                place.changed.signalAll();
                return;
            }
        }
    }
}
