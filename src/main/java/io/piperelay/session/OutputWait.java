package io.piperelay.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.piperelay.bytes.DelimiterSearch;
import org.jspecify.annotations.Nullable;

/**
 * One request's wait until the bytes that it asks for are in the window: up to their {@link Ending}, or as many as it takes at
 * most, or all that will ever come. They stay unread.
 *
 * <p>Used once, by one thread.
 */
final class OutputWait {

    /** How many bytes are searched before others can have the lock. */
    private static final int SEARCHED_AT_ONCE = 64 * 1024;

    private final OutputWindow window;
    private final @Nullable Long offset;
    private final boolean skipsDropped;
    private final @Nullable OutputIntake intake;
    private final ReadRequest request;
    private final Deadline deadline;
    private final DeliveryBudget.Share share;
    private final int max;
    private final Ending ending;
    private final boolean wholeCharacters;
    private final DelimiterSearch search;
    private final long begun = System.nanoTime();
    private boolean mayReadPipe;

    /**
     * @param offset of the first byte; null for the first one unread
     * @param skipsDropped whether a byte at the offset that was dropped gives place to the oldest held, instead of being an error
     * @param intake where this thread may read the child's pipe itself; null if it should leave that to others
     * @param share where the bytes are copied to if they may be dropped at any moment; then at most as many as fit are returned
     */
    OutputWait(
            OutputWindow window,
            @Nullable Long offset,
            boolean skipsDropped,
            @Nullable OutputIntake intake,
            ReadRequest request,
            Deadline deadline,
            DeliveryBudget.Share share) {
        this.window = window;
        this.offset = offset;
        this.skipsDropped = skipsDropped;
        this.intake = intake;
        this.request = request;
        this.deadline = deadline;
        this.share = share;
        this.max = window.dropOldest ? Math.min(request.max(), share.largest()) : request.max();
        this.ending = request.ending();
        this.wholeCharacters = ending.wholeCharacters() && window.encoding != null;
        this.search = search(window, ending);
        this.mayReadPipe = intake != null;
        if (intake != null) {
            intake.expectReader();
        }
    }

    private static DelimiterSearch search(OutputWindow window, Ending ending) {
        boolean needsCharacters = ending.wholeCharacters() || !ending.until().isEmpty();
        return window.encoding == null || !needsCharacters
                ? new DelimiterSearch(ending.until())
                : new DelimiterSearch(ending.until(), window.encoding, window::lineBefore);
    }

    /**
     * Waits, once the offset has been {@linkplain OutputWindow#acknowledge acknowledged}.
     *
     * @return the bytes; none if the deadline passed first, or, with {@code eof}, if all were taken and no more can arrive
     */
    OutputSlice bytes() throws InterruptedException {
        window.lock.lockInterruptibly();
        try {
            OutputSlice ready = null;
            while (ready == null) {
                ready = advance();
            }
            return ready;
        } finally {
            window.lock.unlock();
        }
    }

    /** Searches or waits once; null to start over, because others could change the window meanwhile. */
    @GuardedBy("window.lock") private @Nullable OutputSlice advance() throws InterruptedException {
        window.refuseIfClosed();
        long from = start();
        window.refuseIfGone(from);
        long most = most(from);
        long limit = Math.min(window.ring.end(), most);
        if (search.lagsBehind(from) && deadline.isOver()) {
            return nothing(from); // Bytes are dropped faster than they are searched.
        }
        if (search.hasUnseen(from, limit)) {
            searchFurther(limit);
            return null;
        }
        long silenceToCome = silenceToCome(from < limit);
        long next = search.endOfMessage(from);
        if (next == from && (ending.isAnyByte() || window.eof || limit == most || silenceToCome <= 0)) {
            boolean nothingFollows = limit == window.ring.end() && (window.eof || silenceToCome <= 0);
            next = wholeCharacters && !nothingFollows ? search.wholeCharacters(limit) : limit;
        }
        if (next == from && !window.eof) {
            return awaitMore(silenceToCome) ? null : nothing(from);
        }
        if (next == from) {
            window.refuseIfBroken();
        }
        return window.dropOldest && next > from ? kept(from, next) : window.slice(from, next, null, search.found());
    }

    /**
     * How much longer the output has to be silent for the bytes to end, in nanoseconds. The silence before a message was
     * written is not its reply's.
     */
    @GuardedBy("window.lock") private long silenceToCome(boolean thereAreBytes) {
        if (ending.quiet() == null || !thereAreBytes) {
            return Long.MAX_VALUE;
        }
        boolean isReply = offset != null && request.offset() == null;
        long silent = isReply ? Math.min(window.silentNanos(), System.nanoTime() - begun) : window.silentNanos();
        return ending.quiet().toNanos() - silent;
    }

    /** Where the bytes end at most: one character is taken even if it is longer. */
    private long most(long from) {
        boolean tooShort = wholeCharacters && search.position() >= from + max && search.wholeCharacters(from) <= from;
        return tooShort ? search.position() + 1 : from + max;
    }

    @GuardedBy("window.lock") private long start() {
        if (offset == null) {
            return window.cursor;
        }
        return skipsDropped ? Math.max(offset, window.ring.oldest()) : offset;
    }

    private OutputSlice nothing(long from) {
        return new OutputSlice(window, from, from, false, null);
    }

    /** @return false if the deadline has passed */
    @GuardedBy("window.lock") private boolean awaitMore(long mostNanos) throws InterruptedException {
        if (mayReadPipe && deadline.isAhead()) {
            mayReadPipe = readPipe();
            return true;
        }
        mayReadPipe = intake != null;
        return deadline.await(window.changed, mostNanos);
    }

    @GuardedBy("window.lock") private boolean readPipe() throws InterruptedException {
        window.lock.unlock();
        try {
            return intake != null && intake.readSoon();
        } finally {
            window.lock.lock();
        }
    }

    /**
     * Searches some more bytes: with the lock if they may be dropped at any moment, or the search could never catch up with
     * them; otherwise without it, because their space is freed only when a reader moves the start.
     */
    @GuardedBy("window.lock") private void searchFurther(long limit) {
        DelimiterSearch.Bytes bytes = window.ring.from(search.position());
        long portion = Math.min(limit, search.position() + SEARCHED_AT_ONCE);
        if (window.dropOldest) {
            search.advance(bytes, portion);
            window.unlocked(Thread::yield);
        } else {
            window.unlocked(() -> search.advance(bytes, portion));
        }
    }

    /**
     * A copy of bytes that may be dropped at any moment; fewer than there were if some were dropped while they were copied, or
     * do not fit into the share.
     *
     * @return null if the search has to start over
     */
    @GuardedBy("window.lock") private @Nullable OutputSlice kept(long from, long next) throws InterruptedException {
        int length = (int) (next - from);
        int room = share.bytes().length;
        boolean whole = !ending.until().isEmpty();
        if (room == 0 || (room < length && whole)) {
            grow(length);
            return null;
        }
        int copied = window.copyInParts(from, share.bytes(), Math.min(length, room));
        return copied < length && whole ? null : window.slice(from, from + copied, share.bytes(), search.found());
    }

    @GuardedBy("window.lock") private void grow(int length) throws InterruptedException {
        window.lock.unlock();
        try {
            share.growOrRefuse(length, deadline);
        } finally {
            window.lock.lock();
        }
    }
}
