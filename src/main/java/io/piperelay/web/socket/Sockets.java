package io.piperelay.web.socket;

import io.piperelay.session.Following;
import io.piperelay.session.Observation;
import io.piperelay.session.PipeSession;
import io.piperelay.session.PipeSessions;
import io.piperelay.web.payload.Messages;
import io.piperelay.web.problem.Problem;
import io.piperelay.web.problem.ProblemWriter;
import io.piperelay.web.tomcat.SocketUpgrade;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/** Opens WebSockets, and holds what they share. */
public final class Sockets {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

    private final PipeSessions sessions;
    private final SocketLimits limits;
    private final Messages messages;
    private final ProblemWriter writer;
    private final Function<Exception, Problem> problems;
    private final Following following;
    private final SocketUpgrade upgrade = new SocketUpgrade();
    private final SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor("socket-");
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(Sockets::daemon);
    private final AtomicInteger open = new AtomicInteger();

    /**
     * @param problems what a failure is for a client
     * @param virtualThreads whether there are any
     */
    public Sockets(
            PipeSessions sessions,
            SocketLimits limits,
            Messages messages,
            ProblemWriter writer,
            Function<Exception, Problem> problems,
            boolean virtualThreads) {
        this.sessions = sessions;
        this.limits = limits;
        this.messages = messages;
        this.writer = writer;
        this.problems = problems;
        this.following = new Following(sessions, limits.heartbeat());
        threads.setVirtualThreads(virtualThreads);
        threads.setDaemon(true);
    }

    private static Thread daemon(Runnable task) {
        var thread = new Thread(task, "socket-timer");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Makes a WebSocket of the request's connection, and returns.
     *
     * @param observation of the session
     * @param ended called once, when the socket takes nothing any more; not if this throws
     * @throws IOException if the client has gone
     */
    public void open(
            HttpServletRequest request,
            HttpServletResponse response,
            SocketTerms terms,
            PipeSession session,
            Observation observation,
            Runnable ended)
            throws IOException {
        var socket = new PipeSocket(this, terms, session, observation, writer.documents(request), () -> {
            open.decrementAndGet();
            ended.run();
        });
        open.incrementAndGet();
        try {
            upgrade.upgrade(request, response, terms.protocol(), socket);
            response.flushBuffer(); // Where this fails, the container never calls the socket, and would not say so.
        } catch (IOException | RuntimeException e) {
            open.decrementAndGet();
            throw e;
        }
    }

    /** Waits until all sockets have been closed, as they are when the sessions are shut down; not for long. */
    public void awaitEnd(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            while (open.get() > 0 && System.nanoTime() < deadline) {
                TimeUnit.NANOSECONDS.sleep(LOOK_AGAIN.toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        timer.shutdownNow();
    }

    PipeSessions sessions() {
        return sessions;
    }

    SocketLimits limits() {
        return limits;
    }

    Messages messages() {
        return messages;
    }

    Following following() {
        return following;
    }

    boolean isEnding() {
        return sessions.isShutDown();
    }

    Problem problem(Exception failure) {
        return problems.apply(failure);
    }

    /** In a thread that may wait. */
    void run(Runnable task) {
        threads.execute(task);
    }

    /** In a thread that must not wait. */
    void later(Runnable task, long nanos) {
        if (!timer.isShutdown()) {
            var unused = timer.schedule(task, nanos, TimeUnit.NANOSECONDS);
        }
    }
}
