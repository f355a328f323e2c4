package io.piperelay.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;

/**
 * A message ends when nothing more has arrived for 50 milliseconds. In the original tutorial, what one ReadFile returned
 * was the message; but what is written in one piece may arrive in several.
 */
final class QuietPeriod implements MessageEnd {

    private static final long QUIET_NANOS = 50_000_000;

    private final InputStream input;

    QuietPeriod(InputStream input) {
        this.input = input;
    }

    @Override
    public boolean reached() throws IOException {
        long start = System.nanoTime();
        while (input.available() == 0) {
            if (System.nanoTime() - start >= QUIET_NANOS) {
                return true;
            }
            pause();
        }
        return false;
    }

    private static void pause() throws InterruptedIOException {
        try {
            TimeUnit.MILLISECONDS.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the rest of a message");
        }
    }
}
