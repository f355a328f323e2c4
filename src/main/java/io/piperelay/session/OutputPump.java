package io.piperelay.session;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The thread that carries one of the child's output streams into its window; nobody else reads from the pipe. */
final class OutputPump implements Runnable {

    private static final int CHUNK = 64 * 1024;

    /** How long the pipe may stay silent after the child's exit until nothing more is expected. */
    private static final Duration QUIET = Duration.ofMillis(500);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final InputStream pipe;
    private final OutputWindow window;
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile boolean reading;
    private volatile long lastChange = System.nanoTime();
    private volatile long passed;
    private volatile boolean stopping;

    OutputPump(InputStream pipe, OutputWindow window) {
        this.pipe = pipe;
        this.window = window;
    }

    @Override
    public void run() {
        byte[] chunk = new byte[CHUNK];
        try (pipe) {
            for (int count = read(chunk); count >= 0; count = read(chunk)) {
                if (!window.append(chunk, count)) {
                    return;
                }
                passed += count;
            }
            window.end();
        } catch (IOException e) {
            if (stopping) {
                window.end();
            } else {
                window.fail(e);
            }
        } catch (InterruptedException e) {
            window.end();
        } finally {
            finished.countDown();
        }
    }

    private int read(byte[] chunk) throws IOException {
        lastChange = System.nanoTime();
        reading = true;
        try {
            return pipe.read(chunk, 0, chunk.length);
        } finally {
            reading = false;
        }
    }

    /**
     * To be called after the child's exit: waits until all that it wrote has found room in the window, and ends the
     * stream then, even if a descendant of the child still holds the pipe. The child can have left one pipe full of
     * bytes at most; what comes behind them, or after a silence, is not its own.
     *
     * @param capacity of the pipe in bytes
     */
    void drain(int capacity) throws InterruptedException {
        long limit = passed + CHUNK + capacity;
        while (!finishesWithin(LOOK_AGAIN)) {
            boolean quiet = reading && System.nanoTime() - lastChange > QUIET.toNanos();
            if (quiet || passed > limit) {
                stop();
                return;
            }
        }
    }

    /** Closes the pipe, whatever is in it. */
    void stop() {
        stopping = true;
        try {
            pipe.close();
        } catch (IOException e) {
            // It is closed even so, and the reading thread notices.
        }
    }

    /** Waits until nothing more comes into the window: what was read is in it, or the window was closed. */
    void awaitEnd() throws InterruptedException {
        finished.await();
    }

    boolean finishesWithin(Duration timeout) throws InterruptedException {
        return finished.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }
}
