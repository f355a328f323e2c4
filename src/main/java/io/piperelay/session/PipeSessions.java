package io.piperelay.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.piperelay.platform.ChildPipes;
import io.piperelay.platform.ChildProcess;
import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.OutOfResourcesException;
import io.piperelay.platform.Platform;
import io.piperelay.platform.Topology;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Owns the current session: at most one, from its creation until it is closed. Of earlier ones, the one that ended last is
 * kept for its output, without any system resources.
 *
 * <p>Thread-safe. Sessions are created one at a time, in order of arrival; of concurrent requests, one creates the session
 * and the others find that it exists.
 */
public final class PipeSessions {

    private static final int SMALLEST_SHARED_PIPE = 4096;

    /** For a close that is in progress when the service shuts down; it takes no longer than its own grace. */
    private static final Duration LAST_CLOSE = Duration.ofMinutes(2);

    private static final Duration FIRST_TURN = Duration.ofMinutes(1);

    private final Platform platform;
    private final Map<String, ChildProfile> profiles = new TreeMap<>();
    private final WindowSettings windows;
    private final DeliveryBudget budget = DeliveryBudget.ofTheHeap();
    private final ReentrantLock creation = new ReentrantLock(true);
    private final SessionListeners listeners = new SessionListeners();
    private volatile KnownSessions known = KnownSessions.NONE;
    private volatile boolean shutDown;

    /** By child: of sessions that are not known any more. */
    @GuardedBy("this") private final Map<String, Traffic> forgotten = new HashMap<>();

    public PipeSessions(Platform platform, Iterable<ChildProfile> profiles, WindowSettings windows) {
        this.platform = platform;
        this.windows = windows;
        profiles.forEach(profile -> this.profiles.put(profile.name(), profile));
    }

    public void addListener(SessionListener listener) {
        listeners.add(listener);
    }

    /** The names that a session can be created with, sorted. */
    public Set<String> children() {
        return profiles.keySet();
    }

    /** Of all sessions with this child since the service started. */
    public synchronized Traffic traffic(String child) {
        return Stream.of(known.ended(), known.current())
                .filter(Objects::nonNull)
                .filter(session -> session.child().equals(child))
                .map(PipeSession::traffic)
                .reduce(forgotten.getOrDefault(child, Traffic.NONE), Traffic::plus);
    }

    /**
     * The session to write to.
     *
     * @param id of the session that is meant; null for whichever is current
     * @throws PipeException {@code SESSION_CHANGED} if the session that is meant is not current
     */
    public PipeSession current(@Nullable String id) {
        return known.current(id);
    }

    public @Nullable PipeSession currentIfAny() {
        return known.current();
    }

    /** The session to read from: as {@link #current}, and by its id also the one that ended last. */
    public PipeSession readable(@Nullable String id) {
        return known.readable(id);
    }

    /**
     * Creates the pipes and launches the child, when it is this request's turn.
     *
     * @param deadline for the turn
     * @throws PipeException {@code PIPE_BUSY} if the deadline passed first; nothing was created or closed
     * @throws PipeException {@code CLIENT_GONE} if the client disconnected before its turn
     */
    public PipeSession create(NewSession wanted, Deadline deadline) throws InterruptedException {
        try {
            return begin(wanted, deadline);
        } catch (PipeException e) {
            logIfNotStarted(wanted.child(), e);
            throw e;
        }
    }

    private static void logIfNotStarted(String child, PipeException failure) {
        if (failure.getCause() instanceof NativeCallException cause) {
            SessionLog.notStarted(child, cause);
        }
    }

    /** Creates the session that the service starts with. If that fails, the service ends, so it is not logged here. */
    public void start(String child) throws InterruptedException {
        begin(new NewSession(child, Topology.DUPLEX, 0, false, null), new Deadline(FIRST_TURN, () -> false));
    }

    private PipeSession begin(NewSession wanted, Deadline deadline) throws InterruptedException {
        ChildProfile profile = profiles.get(wanted.child());
        if (profile == null) {
            throw PipeException.unknownChild(wanted.child(), children());
        }
        profile.commandFor(wanted.topology()); // Refuses at once what it would refuse in its turn.
        refuseIfInTheWay(wanted);
        if (!deadline.acquire(creation)) {
            throw deadline.turnMissed();
        }
        try {
            makeRoom(wanted, deadline);
            PipeSession session = start(profile, wanted);
            change(now -> now.withCurrent(session));
            return session;
        } finally {
            creation.unlock();
        }
    }

    private void refuseIfInTheWay(NewSession wanted) {
        KnownSessions now = known;
        if (wanted.current() != null) {
            now.refuseUnlessCurrent(wanted.current());
        }
        if (!wanted.replace()) {
            refuseIfExists(now);
        }
    }

    private static void refuseIfExists(KnownSessions now) {
        PipeSession existing = now.current();
        if (existing != null) {
            throw PipeException.sessionExists(existing.id());
        }
    }

    private void makeRoom(NewSession wanted, Deadline deadline) throws InterruptedException {
        if (shutDown) {
            throw PipeException.shuttingDown();
        }
        if (deadline.isAbandoned()) {
            throw deadline.turnMissed();
        }
        refuseIfInTheWay(wanted);
        PipeSession existing = known.current();
        if (existing != null) {
            close(existing, "replaced", null, deadline);
        }
        refuseIfExists(known);
    }

    /**
     * Creates a session like this one, whose child has exited, in its place.
     *
     * @return null if it is no longer current, or somebody wants it to end for good: then nothing follows
     * @throws PipeException if the pipes could not be created or the child launched; then it is still current, but closed
     */
    @SuppressWarnings("ReferenceEquality") // One session is meant, not one that is alike.
    public @Nullable PipeSession restart(PipeSession exited) throws InterruptedException {
        creation.lockInterruptibly();
        try {
            if (shutDown || known.current() != exited) {
                return null;
            }
            var deadline = new Deadline(LAST_CLOSE, () -> false);
            exited.close("restarted", Duration.ZERO, deadline); // Ends what its child has left behind.
            if (!exited.succession().isOpen()) {
                return null;
            }
            PipeSession next = start(exited.profile(), exited.wanted());
            if (!follows(next, exited)) {
                next.succession().refuse();
                next.close("no longer wanted", Duration.ZERO, deadline);
                return null;
            }
            return next;
        } catch (PipeException e) {
            logIfNotStarted(exited.wanted().child(), e);
            throw e;
        } finally {
            creation.unlock();
        }
    }

    /** At once for those who look, for those who end it, and then for those who wait. */
    private synchronized boolean follows(PipeSession next, PipeSession exited) {
        if (!exited.succession().isOpen()) {
            return false;
        }
        change(now -> now.afterEndOf(exited).withCurrent(next));
        listeners.restarted(next);
        exited.succession().decide(next.id());
        return true;
    }

    private PipeSession start(ChildProfile profile, NewSession wanted) {
        try {
            PipeSession session = sessionOf(launch(profile, wanted), profile, wanted);
            listeners.started(session);
            return session;
        } catch (PipeException e) {
            listeners.notStarted(profile.name(), e.reason());
            throw e;
        }
    }

    private PipeSession sessionOf(ChildProcess child, ChildProfile profile, NewSession wanted) {
        try {
            String id = UUID.randomUUID().toString();
            return new PipeSession(id, profile, wanted, child, windows, budget, listeners);
        } catch (Throwable e) {
            child.close();
            throw e;
        }
    }

    private ChildProcess launch(ChildProfile profile, NewSession wanted) {
        try (ChildPipes pipes = createPipes(wanted.topology(), wanted.bufferSize())) {
            return pipes.launch(profile.commandFor(wanted.topology()).command());
        } catch (OutOfResourcesException e) {
            throw PipeException.resourcesExhausted(e);
        } catch (NativeCallException e) {
            throw PipeException.childLaunchFailed(profile.name(), e);
        }
    }

    private ChildPipes createPipes(Topology topology, int bufferSize) {
        try {
            return platform.createPipes(topology, enough(topology, bufferSize));
        } catch (OutOfResourcesException e) {
            throw PipeException.resourcesExhausted(e);
        } catch (NativeCallException e) {
            throw PipeException.pipeCreationFailed(e);
        }
    }

    /** A shared pipe must hold a whole frame, whatever size was requested. */
    private static int enough(Topology topology, int bufferSize) {
        boolean tooSmall = topology == Topology.SHARED && bufferSize > 0 && bufferSize < SMALLEST_SHARED_PIPE;
        return tooSmall ? SMALLEST_SHARED_PIPE : bufferSize;
    }

    /**
     * Closes the current session. Its output stays readable by its id until the next one ends.
     *
     * @param id of the session that is meant; null for whichever is current
     * @param grace how long the child may take to exit by itself; null for its profile's
     * @param deadline for waiting for another request that is already closing it
     * @return the session that was closed
     */
    public PipeSession close(@Nullable String id, @Nullable Duration grace, Deadline deadline)
            throws InterruptedException {
        PipeSession session = toEnd(id);
        close(session, "closed by a client", grace, deadline);
        return session;
    }

    /** No other session can begin to follow it between the look and the decision. */
    private synchronized PipeSession toEnd(@Nullable String id) {
        PipeSession session = current(id);
        session.succession().refuse();
        return session;
    }

    private void close(PipeSession session, String why, @Nullable Duration grace, Deadline deadline)
            throws InterruptedException {
        session.succession().refuse();
        session.close(why, grace, deadline);
        change(now -> now.afterEndOf(session));
    }

    @SuppressWarnings("ReferenceEquality") // A different instance means that another session ended last.
    private synchronized void change(UnaryOperator<KnownSessions> change) {
        PipeSession endedBefore = known.ended();
        known = change.apply(known);
        if (endedBefore != null && endedBefore != known.ended()) {
            forgotten.merge(endedBefore.child(), endedBefore.traffic(), Traffic::plus);
            endedBefore.forget();
        }
    }

    /** Whether the service is ending, and its last session with it. */
    public boolean isShutDown() {
        return shutDown;
    }

    /** Closes the current session, if there is one, and creates no more. */
    public void shutDown() {
        shutDown = true;
        creation.lock();
        try {
            PipeSession session = known.current();
            if (session != null) {
                close(session, "service ends", null, new Deadline(LAST_CLOSE, () -> false));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            creation.unlock();
        }
    }
}
