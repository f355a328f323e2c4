package io.piperelay.session;

import io.piperelay.platform.ChildPipes;
import io.piperelay.platform.ChildProcess;
import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.OutOfResourcesException;
import io.piperelay.platform.Platform;
import io.piperelay.platform.Topology;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Owns the current session: at most one, from its creation until it is closed.
 *
 * <p>Any thread may call any method. Creations take turns; of those that meet, one makes the session and the others find
 * that it exists.
 */
public final class PipeSessions {

    private static final int SMALLEST_SHARED_PIPE = 4096;

    private final Platform platform;
    private final Map<String, ChildProfile> profiles = new TreeMap<>();
    private final WindowSettings windows;
    private final DeliveryBudget budget = DeliveryBudget.ofTheHeap();
    private final ReentrantLock creation = new ReentrantLock();
    private final AtomicReference<@Nullable PipeSession> current = new AtomicReference<>();
    private volatile boolean shutDown;

    public PipeSessions(Platform platform, Iterable<ChildProfile> profiles, WindowSettings windows) {
        this.platform = platform;
        this.windows = windows;
        profiles.forEach(profile -> this.profiles.put(profile.name(), profile));
    }

    /** The names that a session can be created with, sorted. */
    public Set<String> children() {
        return profiles.keySet();
    }

    public PipeSession current() {
        PipeSession session = current.get();
        if (session == null) {
            throw new PipeException.NoSession();
        }
        return session;
    }

    /**
     * Creates the pipes and launches the child.
     *
     * @param bufferSize of each pipe in bytes; 0 for the system's default
     * @param replace whether an existing session is closed first; otherwise it is in the way
     */
    public PipeSession create(String childName, Topology topology, int bufferSize, boolean replace) {
        ChildProfile profile = profiles.get(childName);
        if (profile == null) {
            throw new PipeException.UnknownChild(childName, children());
        }
        ChildProfile.Launchable command = profile.commandFor(topology);
        if (!replace) {
            refuseIfExists();
        }
        creation.lock();
        try {
            makeRoom(replace);
            var session = start(profile, topology, launch(profile, command, topology, bufferSize));
            current.set(session);
            return session;
        } finally {
            creation.unlock();
        }
    }

    private void refuseIfExists() {
        PipeSession existing = current.get();
        if (existing != null) {
            throw new PipeException.SessionExists(existing.id());
        }
    }

    private void makeRoom(boolean replace) {
        if (shutDown) {
            throw new PipeException.ShuttingDown();
        }
        PipeSession existing = current.get();
        if (existing != null && replace) {
            close(existing, null);
        }
        refuseIfExists();
    }

    private ChildProcess launch(
            ChildProfile profile, ChildProfile.Launchable command, Topology topology, int bufferSize) {
        try (ChildPipes pipes = createPipes(topology, bufferSize)) {
            return pipes.launch(command.command());
        } catch (OutOfResourcesException e) {
            throw new PipeException.ResourcesExhausted(e);
        } catch (NativeCallException e) {
            throw new PipeException.ChildLaunchFailed(profile.name(), e);
        }
    }

    private ChildPipes createPipes(Topology topology, int bufferSize) {
        try {
            return platform.createPipes(topology, enough(topology, bufferSize));
        } catch (OutOfResourcesException e) {
            throw new PipeException.ResourcesExhausted(e);
        } catch (NativeCallException e) {
            throw new PipeException.PipeCreationFailed(e);
        }
    }

    /** A shared pipe must hold a whole frame, whichever size the user would like to see. */
    private static int enough(Topology topology, int bufferSize) {
        boolean tooSmall = topology == Topology.SHARED && bufferSize > 0 && bufferSize < SMALLEST_SHARED_PIPE;
        return tooSmall ? SMALLEST_SHARED_PIPE : bufferSize;
    }

    private PipeSession start(ChildProfile profile, Topology topology, ChildProcess child) {
        try {
            return new PipeSession(UUID.randomUUID().toString(), profile, topology, child, windows, budget);
        } catch (Throwable e) {
            child.close();
            throw e;
        }
    }

    /**
     * Closes the current session.
     *
     * @param grace how long the child may take to end by itself; null for its profile's
     */
    public ClosedSession close(@Nullable Duration grace) {
        return close(current(), grace);
    }

    private ClosedSession close(PipeSession session, @Nullable Duration grace) {
        ClosedSession closed = session.close(grace);
        current.compareAndSet(session, null);
        return closed;
    }

    /** Closes the current session, if there is one, and creates none any more. */
    public void shutDown() {
        shutDown = true;
        creation.lock();
        try {
            PipeSession session = current.get();
            if (session != null) {
                close(session, null);
            }
        } finally {
            creation.unlock();
        }
    }
}
