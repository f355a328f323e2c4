package io.piperelay.session;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The thread that waits for what the child writes to one of its output streams, and brings about the stream's end. */
final class OutputPump implements Runnable {

    private static final long UNKNOWN = -1;

    /** How long after the child's exit processes that inherited the pipe from it are still read. */
    private static final Duration AFTERMATH = Duration.ofMillis(500);

    private final StandardStream stream;
    private final InputStream pipe;
    private final OutputIntake intake;
    private final OutputWindow window;
    private final SessionLog log;
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile boolean childExited;
    private volatile long aftermathEnds;
    private volatile boolean stopping;

    // Confined to the pumping thread.
    private long passedWithTheChild = UNKNOWN;

    OutputPump(StandardStream stream, InputStream pipe, OutputIntake intake, OutputWindow window, SessionLog log) {
        this.stream = stream;
        this.pipe = pipe;
        this.intake = intake;
        this.window = window;
        this.log = log;
    }

    @Override
    public void run() {
        try (pipe) {
            while (intake.carry() && !hasPassedEnough()) {
                // The next chunk.
            }
            window.end();
        } catch (IOException e) {
            if (stopping) {
                window.end();
            } else if (window.fail(e)) {
                log.unreadable(stream, e);
            }
        } catch (InterruptedException e) {
            window.end();
        } finally {
            finished.countDown();
        }
    }

    /**
     * Whether everything that the child can have written is in the window, and the processes that outlived it have had their
     * time. What is in the pipe is counted here, between two reads, instead of assuming the pipe's capacity: the child may
     * have enlarged it.
     */
    private boolean hasPassedEnough() throws IOException {
        if (!childExited) {
            return false;
        }
        if (passedWithTheChild == UNKNOWN) {
            passedWithTheChild = intake.passedAndWaiting();
        }
        return intake.passed() > passedWithTheChild && isAftermathOver();
    }

    private boolean isAftermathOver() {
        return System.nanoTime() - aftermathEnds > 0;
    }

    /**
     * To be called once, after the child's exit: from now on the stream ends even if a descendant of the child still holds the
     * pipe, but not before everything that the child itself wrote is in the window. {@link #stopIfDrained} does the rest.
     */
    void childExited() {
        intake.closeToReaders();
        aftermathEnds = System.nanoTime() + AFTERMATH.toNanos();
        childExited = true;
    }

    /** To be called repeatedly after the child's exit, for a pipe in which nothing more arrives but which nobody closes. */
    void stopIfDrained() {
        if (intake.isSilentFor(AFTERMATH) && isAftermathOver() && isPipeEmpty()) {
            stop();
        }
    }

    private boolean isPipeEmpty() {
        try {
            return pipe.available() == 0;
        } catch (IOException e) {
            return true; // It has been closed in the meantime.
        }
    }

    private void stop() {
        stopping = true;
        try {
            pipe.close();
        } catch (IOException e) {
            // It is closed anyway, and the reading thread notices.
        }
    }

    /** Waits until nothing more enters the window: everything read is in it, or the window has been closed. */
    boolean finishesWithin(Duration timeout) throws InterruptedException {
        return finished.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }
}
