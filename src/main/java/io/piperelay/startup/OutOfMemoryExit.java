package io.piperelay.startup;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.Thread.UncaughtExceptionHandler;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process when a thread ends for want of memory: the one that ended may be the one that accepts connections, or
 * carries the child's bytes, and a service without it would live and never answer. A supervisor sees the exit code, and
 * one line says why.
 *
 * <p>A system that has no further thread to give is another matter: the service waits until it has.
 */
public final class OutOfMemoryExit implements UncaughtExceptionHandler {

    /** As with the JVM's own option ExitOnOutOfMemoryError. */
    static final int EXIT_CODE = 3;

    private static final Logger log = LoggerFactory.getLogger(OutOfMemoryExit.class);

    /** Made beforehand: there is no memory to make it in. */
    private static final byte[] LAST_WORDS =
            "pipe-relay ends: the heap is full. Give it more by -Xmx, or lower pipe.limits.\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private static final FileOutputStream ERR = new FileOutputStream(FileDescriptor.err);

    /** Takes all steps but the last once: what is used for the first time wants memory. */
    public static void install() {
        isFullHeap(new OutOfMemoryError("as if"));
        sayLastWords(0);
        Thread.setDefaultUncaughtExceptionHandler(new OutOfMemoryExit());
    }

    /** Ends the process at once, and says why; once, of however many threads come here. */
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
            // Then nobody reads them.
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
