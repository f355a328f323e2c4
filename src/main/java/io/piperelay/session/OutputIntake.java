package io.piperelay.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.piperelay.platform.NonBlockingPipes;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The place at which one of the child's output streams enters its window. One thread at a time has the lead: it reads from
 * the pipe and appends to the window.
 *
 * <p>That is the {@link OutputPump}, which waits for the child as long as it takes. But a reply that passes through the
 * pump's hands wakes two threads, the pump and the reader. So a reader that waits for output {@linkplain #readSoon reads the
 * pipe itself}, if it can have the lead; and while readers follow each other closely, the pump stands by. A reader leads only
 * for moments, because on a virtual thread it keeps a carrier from others.
 */
final class OutputIntake {

    /** How long a reader waits in the pipe. The pump takes over then: whoever is slow is not worth a carrier. */
    private static final Duration PATIENCE = Duration.ofMillis(5);

    /** How long the pump waits for the next reader. Observers may see output later by that. */
    private static final Duration STAND_BY = Duration.ofMillis(2);

    /** How long a reader waits for the lead while the pump is between two reads. */
    private static final Duration HAND_OVER = Duration.ofMillis(1);

    private final InputStream pipe;
    private final OutputWindow window;
    private final @Nullable NonBlockingPipes nonBlocking;
    private final ReentrantLock lead = new ReentrantLock();
    /** Signalled when a reader leaves the rest to the pump. */
    private final Condition handedBack = lead.newCondition();

    @GuardedBy("lead") private final byte[] chunk = new byte[PipeSession.CHUNK];

    /** What was read into the chunk and is not in the window yet. */
    @GuardedBy("lead") private int from;

    @GuardedBy("lead") private int to;

    @GuardedBy("lead") private long passed;

    @GuardedBy("lead") private long readsByReaders;

    private volatile boolean readerExpected;
    private volatile boolean closedToReaders;
    private volatile long silentSince = Long.MAX_VALUE;

    /** @param nonBlocking null if readers cannot read this pipe themselves */
    OutputIntake(InputStream pipe, OutputWindow window, @Nullable NonBlockingPipes nonBlocking) {
        this.pipe = pipe;
        this.window = window;
        this.nonBlocking = nonBlocking;
        this.closedToReaders = nonBlocking == null;
    }

    /**
     * For the pump: waits for bytes, and for room in the window, and appends them.
     *
     * @return false if the stream has ended, or the window accepts nothing more
     */
    boolean carry() throws IOException, InterruptedException {
        lead.lock();
        try {
            standBy();
            if (from == to) {
                read();
            }
            return to >= 0 && append();
        } finally {
            lead.unlock();
        }
    }

    /** Lets readers lead if one was there, until none has followed for a moment or one gives the lead back. */
    @GuardedBy("lead") private void standBy() throws InterruptedException {
        boolean expectsReader = readerExpected;
        readerExpected = false;
        while (expectsReader && from == to && !closedToReaders) {
            long before = readsByReaders;
            boolean given = handedBack.await(STAND_BY.toNanos(), TimeUnit.NANOSECONDS);
            expectsReader = !given && readsByReaders > before;
        }
    }

    @GuardedBy("lead") private void read() throws IOException {
        from = 0;
        silentSince = System.nanoTime();
        try {
            to = pipe.read(chunk, 0, chunk.length);
        } finally {
            silentSince = Long.MAX_VALUE;
        }
    }

    @GuardedBy("lead") private boolean append() throws InterruptedException {
        int length = to - from;
        boolean appended = window.append(chunk, from, length);
        from = to;
        passed += length;
        return appended;
    }

    /** A reader is about to wait for output: once the pump has read, it lets readers lead, of whom another may follow. */
    void expectReader() {
        readerExpected = true;
    }

    /**
     * For a reader: reads what is in the pipe, or arrives within a moment, without blocking for longer.
     *
     * @return whether bytes have entered the window; if not, the pump is about to read
     */
    boolean readSoon() throws InterruptedException {
        if (closedToReaders || !tryLead()) {
            return false;
        }
        try {
            return readAsReader();
        } finally {
            lead.unlock();
        }
    }

    /** A pump that waits in the pipe keeps the lead; any other gives it free in no time, unless the window is full. */
    private boolean tryLead() throws InterruptedException {
        boolean pumpWaits = silentSince != Long.MAX_VALUE;
        return pumpWaits ? lead.tryLock() : lead.tryLock(HAND_OVER.toNanos(), TimeUnit.NANOSECONDS);
    }

    @GuardedBy("lead") private boolean readAsReader() {
        int room = from == to ? Math.min(chunk.length, window.room()) : 0;
        int count = room > 0 && nonBlocking != null ? nonBlocking.read(chunk, 0, room, PATIENCE) : 0;
        if (count == 0) {
            handedBack.signal();
            return false;
        }
        to = count;
        from = window.offer(chunk, count); // Not all, if a client has moved the cursor back.
        passed += from;
        readsByReaders++;
        return true;
    }

    /** From now on, the pump alone reads. */
    void closeToReaders() {
        closedToReaders = true;
    }

    /** Whether the pump has been waiting for bytes for this long. */
    boolean isSilentFor(Duration time) {
        long since = silentSince;
        return since != Long.MAX_VALUE && System.nanoTime() - since > time.toNanos();
    }

    /** How many bytes have entered the window. */
    long passed() {
        lead.lock();
        try {
            return passed;
        } finally {
            lead.unlock();
        }
    }

    /** How many bytes will have entered it once the pipe is empty. */
    long passedAndWaiting() throws IOException {
        lead.lock();
        try {
            return passed + to - from + pipe.available();
        } finally {
            lead.unlock();
        }
    }
}
