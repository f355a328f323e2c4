package io.piperelay.startup;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.Thread.UncaughtExceptionHandler;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process when a thread dies for lack of memory: it may be the thread that accepts connections or that carries the
 * child's bytes, and without it the service would live on but never answer. A supervisor sees the exit code, and one line
 * says why.
 *
 * <p>A system that has no more threads to give is a different matter: the service waits until it has.
 */
public final class OutOfMemoryExit implements UncaughtExceptionHandler {

    /** The same as with the JVM option ExitOnOutOfMemoryError. */
    static final int EXIT_CODE = 3;

    private static final Logger log = LoggerFactory.getLogger(OutOfMemoryExit.class);

    /** Allocated in advance: there is no memory to allocate it later. */
    private static final byte[] LAST_WORDS =
            "pipe-relay ends: the heap is full. Give it more with -Xmx, or lower pipe.limits.\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private static final FileOutputStream ERR = new FileOutputStream(FileDescriptor.err);

    /** Runs through every step but the last: whatever is used for the first time needs memory. */
    public static void install() {
        isFullHeap(new OutOfMemoryError("as if"));
        sayLastWords(0);
        Thread.setDefaultUncaughtExceptionHandler(new OutOfMemoryExit());
    }

    /** Ends the process at once, and says why; only once, however many threads call it. */
    static synchronized void end() {
        try {
            sayLastWords(LAST_WORDS.length);
        } finally {
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }

    private static void sayLastWords(int length) {
        try {
            ERR.write(LAST_WORDS, 0, length);
        } catch (IOException e) {
            // Then nobody can read them.
        }
    }

    static boolean isFullHeap(Throwable failure) {
        if (!(failure instanceof OutOfMemoryError)) {
            return false;
        }
        String message = failure.getMessage();
        return message == null || !message.contains("native thread");
    }

    @Override
    public void uncaughtException(Thread thread, Throwable failure) {
        boolean full = true;
        try {
            full = isFullHeap(failure);
        } finally {
            if (full) {
                end();
            }
        }
        log.error("A thread ended unexpectedly: {}", thread.getName(), failure);
    }
}
