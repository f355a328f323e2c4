package io.piperelay.session;

import io.piperelay.bytes.Framing;
import io.piperelay.bytes.TextEncoding;
import io.piperelay.platform.ChildProcess;
import io.piperelay.platform.ChildSignal;
import io.piperelay.platform.ExitStatus;
import io.piperelay.platform.PipeHandles;
import io.piperelay.platform.ProcessState;
import io.piperelay.platform.UnsupportedSignalException;
import io.piperelay.session.SessionStatus.StoppedBy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One child, its pipes, and what carries bytes between them and the clients.
 *
 * <p>Any thread may call any method at any time. Reading, writing and exchanging wait no longer than their timeouts, and
 * in a native call only for moments. {@link #close} works in every state, wakes all waiting threads, and returns within the grace plus
 * a second, whatever the child does. What the child has written stays readable after that, until {@link #forget}.
 */
public final class PipeSession {

    /** How many bytes are carried at once, in either direction: what a pipe holds unless its size is set (pipe(7)). */
    static final int CHUNK = 64 * 1024;

    /** How long a part of a character is held back from an observer, because its rest may arrive. */
    private static final Duration REST_OF_A_CHARACTER = Duration.ofMillis(200);

    /** How long a child may take to read or to answer before its status says that something may be wrong. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** The system knows of a child's exit a moment before all of this session does. */
    private static final Duration EXIT_FOLLOWS = Duration.ofSeconds(1);

    private final String id;
    private final ChildProfile profile;
    private final NewSession wanted;
    private final Instant createdAt = Instant.now();
    private final ChildProcess child;
    private final ChildExit exit;
    private final SessionListener listener;
    private final Succession succession = new Succession();
    private final SessionLog sessionLog;

    private final InputSlot input;
    private final InputWriter writer;
    private final OutputLog log;
    private final DeliveryBudget budget;
    private final OutputReader reader;
    private final Exchanges exchanges;
    private final @Nullable PipelinedExchanges pipelined;
    private final LongAdder replies = new LongAdder();

    private final RelayThreads threads;
    private final ChildStop stop;
    private final ReentrantLock closing = new ReentrantLock();
    private volatile boolean closed;
    private volatile @Nullable StoppedBy stoppedBy;

    /**
     * Takes ownership of the child; if it throws, the caller still owns the child.
     *
     * @param listener is not told of the start
     */
    PipeSession(
            String id,
            ChildProfile profile,
            NewSession wanted,
            ChildProcess child,
            WindowSettings windows,
            DeliveryBudget budget,
            SessionListener listener) {
        this.id = id;
        this.profile = profile;
        this.wanted = wanted;
        this.child = child;
        this.exit = new ChildExit(() -> listener.exited(this));
        this.listener = listener;
        this.sessionLog = new SessionLog(id, profile.name(), child.pid());
        this.input = new InputSlot(child.nonBlocking());
        this.writer = new InputWriter(id, input);
        this.log = OutputLog.of(id, profile.encoding(), windows);
        this.budget = budget;
        this.threads = new RelayThreads(id, child, wanted.topology(), exit, input, log, sessionLog);
        this.reader = new OutputReader(log.output(), threads.outputIntake(), exit, budget);
        var exchangeLog = new ExchangeLog();
        var turns = new ExchangeTurns(writer.turn(), reader.turn());
        var exchangeWriter = new ExchangeWriter(id, input, writer, log.output(), exchangeLog);
        this.exchanges = new Exchanges(turns, exchangeWriter, log.output(), reader, budget, exchangeLog);
        this.pipelined = profile.pipelining() && !windows.dropOldest()
                ? new PipelinedExchanges(turns, exchangeWriter, new Pipeline(log.output(), reader, turns, exchangeLog))
                : null;
        this.stop = new ChildStop(child, exit, sessionLog);
        sessionLog.started(wanted.topology()); // Before the child's exit can be logged.
        threads.start();
    }

    public String id() {
        return id;
    }

    /** The name of its child's profile. */
    public String child() {
        return profile.name();
    }

    ChildProfile profile() {
        return profile;
    }

    /** What was asked for when it was created. */
    NewSession wanted() {
        return wanted;
    }

    /** Whether another session with the same child follows it. */
    public Succession succession() {
        return succession;
    }

    public SessionStatus status() {
        ExitStatus exited = exit.status();
        SessionStatus.State alive = exited == null ? SessionStatus.State.RUNNING : SessionStatus.State.EXITED;
        SessionStatus.Input inputNow = input.status();
        ProcessState childNow = exited == null ? child.state() : null;
        PipeHandles handles = child.handles();
        SessionStatus.Output errorsNow = log.errors().status();
        return new SessionStatus(
                id,
                closed ? SessionStatus.State.CLOSED : alive,
                wanted.topology(),
                createdAt,
                new SessionStatus.Child(
                        profile.name(),
                        child.pid(),
                        childNow,
                        exited == null ? null : exited.code(),
                        exited == null ? null : exited.signal(),
                        exit.at()),
                new SessionStatus.Pipe(handles.readHandle(), handles.writeHandle(), handles.bufferSize()),
                inputNow,
                log.output().status(),
                new SessionStatus.Errors(errorsNow.oldest(), errorsNow.end(), errorsNow.eof()),
                diagnosis(childNow, inputNow, false, PATIENCE));
    }

    private @Nullable Diagnosis diagnosis(
            @Nullable ProcessState childNow, SessionStatus.Input inputNow, boolean replyBegun, Duration patience) {
        if (exit.status() != null) {
            return null;
        }
        InputSlot.LastInput last = input.last();
        Instant untaken = inputNow.pendingSince();
        var facts = new Diagnosis.Facts(
                childNow,
                log.output().isFull(),
                replyBegun,
                untaken == null ? null : Duration.between(untaken, Instant.now()),
                last != null && log.output().isSilentSince(last.at())
                        ? Duration.ofNanos(System.nanoTime() - last.at())
                        : null,
                last == null || last.isEnd() || framing() != Framing.NONE || last.lastByte() == lastOfLineFeed());
        return Diagnosis.of(facts, patience);
    }

    /** Where a line feed has more bytes than one, other characters end like it: then nothing is said of what is missing. */
    private byte lastOfLineFeed() {
        byte[] lineFeed = TextEncoding.encode("\n", encoding());
        return lineFeed[lineFeed.length - 1];
    }

    /** How much output there is. */
    public SessionStatus.Output output() {
        return log.output().status();
    }

    Traffic traffic() {
        return new Traffic(
                input.offset(),
                input.messages(),
                log.output().status().end(),
                reader.deliveries() + replies.sum(),
                log.errors().status().end(),
                log.output().blockedNanos(),
                input.blockedNanos());
    }

    /** Returns when the whole message has been accepted; see {@link InputWriter#write}. */
    public WriteResult write(WriteRequest request, ChunkedBody message) throws IOException, InterruptedException {
        return writer.write(request, message);
    }

    /** Begins a message whose bytes are put as they arrive; see {@link InputWriter#open}. */
    public OpenMessage open(Duration timeout, long most, BooleanSupplier gone) throws InterruptedException {
        return writer.open(timeout, most, gone);
    }

    /** Waits for output and delivers it; false if there was none in time. See {@link OutputReader#read}. */
    public boolean read(ReadRequest request, Receiver receiver) throws IOException, InterruptedException {
        return reader.read(request, receiver);
    }

    /** Of the child's text; null for UTF-8, which is relayed as it is. */
    public @Nullable TextEncoding encoding() {
        return profile.encoding();
    }

    /** Of the child's messages, unless a request knows better. */
    public Framing framing() {
        return profile.framing();
    }

    /** Whether exchanges follow each other without waiting for replies, so that only their delimiters tell where one ends. */
    public boolean isPipelining() {
        return pipelined != null;
    }

    /**
     * Writes a message and delivers the reply to it; see {@link Exchanges#exchange}.
     *
     * @param read ends with a delimiter if this session {@linkplain #isPipelining is pipelining}
     */
    public void exchange(WriteRequest write, ChunkedBody message, ReadRequest read, Receiver receiver)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        try {
            if (pipelined != null) {
                pipelined.exchange(write, message, read, receiver);
            } else {
                exchanges.exchange(write, message, read, receiver);
            }
        } catch (PipeException.ReplyTimeout e) {
            boolean begun = log.output().status().end() > e.offset();
            throw e.with("diagnosis", diagnosis(child.state(), input.status(), begun, Duration.ZERO));
        }
        replies.increment();
        listener.answered(this, System.nanoTime() - began);
    }

    /**
     * Delivers what the child wrote to stderr, perhaps nothing, without taking it or waiting for it.
     *
     * @param offset of the first byte; null for the oldest byte held
     * @param max the maximum number of bytes
     * @param wholeCharacters as in {@link Ending}; without effect if {@code max} is less than a character
     */
    public void errors(@Nullable Long offset, int max, boolean wholeCharacters, Receiver receiver)
            throws IOException, InterruptedException {
        try (DeliveryBudget.Share share = budget.share()) {
            OutputSlice held = log.errors().held(offset, max, share);
            int incomplete = wholeCharacters && encoding() != null && !held.eof() ? held.incompleteEnd() : 0;
            receiver.receive(incomplete == 0 || incomplete == max ? held : held.first(held.length() - incomplete));
        }
    }

    /** Delivers the output as it arrives, until it ends. See {@link OutputReader#stream}. */
    public void stream(Receiver receiver) throws IOException, InterruptedException {
        reader.stream(receiver);
    }

    /** Follows everything that the child writes, from the oldest bytes held, without taking it. */
    public Observation observe() {
        return observe(new ArrivalOrder.Position(
                log.output().status().oldest(), log.errors().status().oldest()));
    }

    /**
     * The same from a byte of one stream on, and from what had arrived of the other by then.
     *
     * @throws PipeException {@code OFFSET_GAP} if no byte before the offset can have been observed yet
     */
    public Observation observe(StandardStream source, long offset) {
        long end = log.window(source).status().end();
        if (offset > end) {
            throw PipeException.offsetGap(source.toString(), offset, end);
        }
        return observe(log.arrivals().behind(source, offset));
    }

    private Observation observe(ArrivalOrder.Position start) {
        return new Observation(id, log, exit, start, REST_OF_A_CHARACTER);
    }

    /** The same, but takes the output that it tells of, each byte of which goes to nobody else, from the first unread one on. */
    public Observation take() {
        var start = new ArrivalOrder.Position(
                log.output().status().cursor(), log.errors().status().oldest());
        return new Observation(id, log, exit, start, REST_OF_A_CHARACTER, reader);
    }

    /**
     * Everything before the offset has arrived at a client: the first unread byte is the one at the offset.
     *
     * @throws PipeException {@code OFFSET_GONE} if it is no longer held
     * @throws PipeException {@code OFFSET_GAP} if no byte before it can have arrived yet
     */
    public void acknowledge(long offset) {
        log.output().acknowledge(offset);
    }

    /**
     * Sends the child a signal, which it may ignore. It also reaches a child that takes no input, or is being stopped.
     *
     * @throws PipeException {@code CHILD_EXITED} if the child has exited
     * @throws PipeException {@code UNSUPPORTED_SIGNAL} if the signal cannot be sent to it
     */
    public SentSignal signal(ChildSignal signal) {
        try {
            String sentAs = stop.signal(signal);
            if (sentAs == null) {
                throw exit.within(EXIT_FOLLOWS)
                        .map(status -> PipeException.childExited(status.code()))
                        .orElseGet(PipeException::sessionClosed);
            }
            sessionLog.signalled(sentAs);
            return new SentSignal(id, signal, sentAs);
        } catch (UnsupportedSignalException e) {
            throw PipeException.unsupportedSignal(signal, e);
        }
    }

    /**
     * Ends the child and releases all system resources. A call while another is in progress waits for that one, and may
     * shorten its grace. What the child has written can be read afterwards.
     *
     * @param why for the log; of several concurrent calls, one is logged
     * @param grace how long the child may take to exit by itself once its input has ended; null for its profile's
     * @param deadline for waiting for another call that is already closing it
     * @throws PipeException {@code PIPE_BUSY} if that call did not finish in time
     * @throws PipeException {@code CLIENT_GONE} if the waiting client has disconnected
     */
    void close(String why, @Nullable Duration grace, Deadline deadline) throws InterruptedException {
        stop.hurry(grace == null ? profile.stopGrace() : grace);
        if (!deadline.acquire(closing)) {
            throw deadline.turnMissed();
        }
        try {
            if (!closed) {
                end(why);
            }
        } finally {
            closing.unlock();
        }
    }

    private void end(String why) {
        ExitStatus exited = exit.status(); // Before the end of its input can make it exit.
        input.refuse(
                exited == null ? PipeException::sessionClosed : () -> PipeException.childExited(exited.code()),
                TextEncoding.encode(profile.stopInput(), profile.encoding()));
        stoppedBy = exited == null ? stop.run() : null;
        threads.settle();
        log.cutOff();
        child.close();
        threads.join();
        closed = true;
        sessionLog.ended(why, exit.code(), stoppedBy);
    }

    /** What it took to end the child, once the session is closed; null if the child had already exited by itself. */
    public @Nullable StoppedBy stoppedBy() {
        return stoppedBy;
    }

    /** Why the child was killed without having been asked to stop, once the session is closed; null if it was not. */
    public @Nullable String notAsked() {
        return stop.notAsked();
    }

    /** Refuses remaining readers after the close, when this session can no longer be addressed. */
    void forget() {
        log.close();
    }
}
