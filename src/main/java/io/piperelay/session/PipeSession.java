package io.piperelay.session;

import io.piperelay.platform.ChildProcess;
import io.piperelay.platform.ExitStatus;
import io.piperelay.platform.PipeHandles;
import io.piperelay.platform.Topology;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One child, its pipes, and what carries bytes between them and the clients.
 *
 * <p>Any thread may call any method at any time. Reading, writing and exchanging wait no longer than their caller's
 * patience, and never in a native call. {@link #close} works from every state, wakes whoever waits, and returns within
 * the grace and a second more, whatever the child does.
 */
public final class PipeSession {

    /** How long an observer is not told of a part of a character, because its rest may come. */
    private static final Duration REST_OF_A_CHARACTER = Duration.ofMillis(200);

    private final String id;
    private final ChildProfile profile;
    private final Topology topology;
    private final Instant createdAt = Instant.now();
    private final ChildProcess child;
    private final ChildExit exit = new ChildExit();

    private final InputQueue input = new InputQueue();
    private final InputWriter writer;
    private final OutputLog log;
    private final DeliveryBudget budget;
    private final OutputReader reader;
    private final ReentrantLock exchange = new ReentrantLock(true);

    private final RelayThreads threads;
    private final ChildStop stop;
    private final ReentrantLock closing = new ReentrantLock();
    private volatile @Nullable ClosedSession closed;

    /** Takes the child over; if it throws, the child is still the caller's. */
    PipeSession(
            String id,
            ChildProfile profile,
            Topology topology,
            ChildProcess child,
            WindowSettings windows,
            DeliveryBudget budget) {
        this.id = id;
        this.profile = profile;
        this.topology = topology;
        this.child = child;
        this.writer = new InputWriter(id, input);
        this.log = OutputLog.of(windows);
        this.budget = budget;
        this.reader = new OutputReader(id, log.output(), exit, budget);
        this.stop = new ChildStop(child, exit);
        this.threads = new RelayThreads(id, child, exit, input, ChildStreams.of(child, topology, exit), log);
        threads.start();
    }

    public String id() {
        return id;
    }

    public SessionStatus status() {
        ClosedSession end = closed;
        if (end != null) {
            return end.status();
        }
        return status(exit.status() == null ? SessionStatus.State.RUNNING : SessionStatus.State.EXITED);
    }

    private SessionStatus status(SessionStatus.State state) {
        PipeHandles handles = child.handles();
        ExitStatus exited = exit.status();
        SessionStatus.Output errorsNow = log.errors().status();
        return new SessionStatus(
                id,
                state,
                topology,
                createdAt,
                new SessionStatus.Child(
                        profile.name(),
                        child.pid(),
                        exited == null ? null : exited.code(),
                        exited == null ? null : exited.signal(),
                        exit.at()),
                new SessionStatus.Pipe(handles.readHandle(), handles.writeHandle(), handles.bufferSize()),
                new SessionStatus.Input(input.offset(), input.isOpen()),
                log.output().status(),
                new SessionStatus.Errors(errorsNow.oldest(), errorsNow.end(), errorsNow.eof()));
    }

    /** Returns when the whole message is accepted; see {@link InputWriter#write}. */
    public WriteResult write(WriteRequest request, Message message, Patience patience)
            throws IOException, InterruptedException {
        return writer.write(request, message, patience);
    }

    /** Waits for output and delivers it; false if there was none in time. See {@link OutputReader#read}. */
    public boolean read(ReadRequest request, Patience patience, Receiver receiver)
            throws IOException, InterruptedException {
        return reader.read(request, patience, receiver);
    }

    /**
     * Writes a message and delivers the reply to it, and no other request writes or reads in between.
     *
     * @param patience for the turn, and for the child to make room
     * @param replyPatience for the reply; its time begins when the message was accepted
     * @throws PipeException.ReplyTimeout if the reply did not come in time; the message was accepted, and the reply can
     *     still be read
     */
    public void exchange(
            WriteRequest request,
            Message message,
            Patience patience,
            Wanted reply,
            Patience replyPatience,
            Receiver receiver)
            throws IOException, InterruptedException {
        writer.begin(request, message);
        if (!patience.acquire(exchange)) {
            throw InputWriter.noTurn(patience);
        }
        try {
            acquireBothTurns(patience);
            try {
                WriteResult written = writer.write(request, message, patience);
                replyPatience.renew();
                if (!reader.read(new ReadRequest(null, reply), replyPatience, receiver)) {
                    throw noReply(replyPatience)
                            .with("written", written.written())
                            .with("next", written.next());
                }
            } finally {
                reader.turn().unlock();
                writer.turn().unlock();
            }
        } finally {
            exchange.unlock();
        }
    }

    private PipeException noReply(Patience patience) {
        long cursor = log.output().status().cursor();
        return patience.isAbandoned()
                ? new PipeException.ClientGone().with("offset", cursor)
                : new PipeException.ReplyTimeout(cursor);
    }

    /**
     * Never waits for one turn while it has the other: who waits for output would not get it from a writer that is kept
     * waiting, and a writer would not get rid of its input while the readers are.
     */
    private void acquireBothTurns(Patience patience) throws InterruptedException {
        ReentrantLock wanted = writer.turn();
        ReentrantLock other = reader.turn();
        while (patience.acquire(wanted)) {
            if (other.tryLock()) {
                return;
            }
            wanted.unlock();
            ReentrantLock busy = other;
            other = wanted;
            wanted = busy;
        }
        throw InputWriter.noTurn(patience);
    }

    /**
     * Delivers what the child wrote to stderr, perhaps nothing, without taking it or waiting for it.
     *
     * @param offset of the first byte; null for the oldest that is held
     * @param max how many bytes at most
     */
    public void errors(@Nullable Long offset, int max, Receiver receiver) throws IOException, InterruptedException {
        try (DeliveryBudget.Share share = budget.share()) {
            Span held = log.errors().held(offset, max, share);
            receiver.receive(new OutputSlice(id, log.errors(), held));
        }
    }

    /** Delivers the output as it comes, until it ends. See {@link OutputReader#stream}. */
    public void stream(StreamReceiver receiver) throws IOException, InterruptedException {
        reader.stream(receiver);
    }

    /** Follows all that the child writes, from the oldest bytes on that are held, without taking it. */
    public Observation observe() {
        return observe(new LogPosition(
                log.output().status().oldest(), log.errors().status().oldest()));
    }

    /**
     * The same from a byte of one stream on, and from what else had come by then.
     *
     * @throws PipeException.OffsetGap if no byte before the offset can have been observed yet
     */
    public Observation observe(Source source, long offset) {
        long end = log.window(source).status().end();
        if (offset > end) {
            throw new PipeException.OffsetGap(source.toString(), offset, end);
        }
        return observe(log.arrivals().behind(source, offset));
    }

    private Observation observe(LogPosition start) {
        return new Observation(id, log, exit, start, REST_OF_A_CHARACTER);
    }

    /**
     * Ends the child and releases everything. Whoever calls this while it is under way waits for the same end, and may
     * shorten the grace.
     *
     * @param grace how long the child may take to end by itself once its input has ended; null for its profile's
     */
    public ClosedSession close(@Nullable Duration grace) {
        stop.hurry(grace == null ? profile.stopGrace() : grace);
        closing.lock();
        try {
            if (closed == null) {
                closed = end();
            }
            return closed;
        } finally {
            closing.unlock();
        }
    }

    private ClosedSession end() {
        input.refuse(PipeException.SessionClosed::new);
        StoppedBy stoppedBy = stop.run();
        threads.settle();
        log.close();
        child.close();
        threads.join();
        return new ClosedSession(status(SessionStatus.State.CLOSED), stoppedBy);
    }
}
