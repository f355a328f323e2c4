package io.piperelay.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.piperelay.bytes.DelimiterSearch;
import org.jspecify.annotations.Nullable;

/**
 * A wait for bytes that end with a delimiter or a silence, or are as many as the request takes at most, or all that will ever
 * come.
 */
final class DelimitedWait extends OutputWait {

    /** How many bytes are searched before others can have the lock. */
    private static final int SEARCHED_AT_ONCE = 64 * 1024;

    private final ReadRequest request;
    private final int max;
    private final Ending ending;
    private final boolean wholeCharacters;
    private final DelimiterSearch search;
    private final long begun;

    DelimitedWait(
            OutputWindow window,
            @Nullable Long offset,
            boolean skipsDropped,
            @Nullable OutputIntake intake,
            ReadRequest request,
            Deadline deadline,
            DeliveryBudget.Share share) {
        super(window, offset, skipsDropped, intake, deadline, share);
        this.request = request;
        this.max = window.dropOldest ? Math.min(request.max(), share.largest()) : request.max();
        this.ending = request.ending();
        this.begun = ending.quiet() == null ? 0 : System.nanoTime();
        this.wholeCharacters = ending.wholeCharacters() && window.encoding != null;
        this.search = search(window, ending);
    }

    private static DelimiterSearch search(OutputWindow window, Ending ending) {
        boolean needsCharacters = ending.wholeCharacters() || !ending.until().isEmpty();
        return window.encoding == null || !needsCharacters
                ? new DelimiterSearch(ending.until())
                : new DelimiterSearch(ending.until(), window.encoding, window::lineBefore);
    }

    @Override
    @GuardedBy("window.lock") @Nullable OutputSlice advance() throws InterruptedException {
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
}
