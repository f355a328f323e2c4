package io.piperelay.startup;

import java.io.IOException;
import java.nio.file.Files;

/** The folder for temporary files, if it turns out to be unusable: missing, read-only, full, or mounted noexec. */
public final class TemporaryFolder {

    private TemporaryFolder() {}

    /** Makes sure that it can be written, before JNA finds that it can't, which says so in many lines. */
    public static void tryOut() {
        try {
            Files.delete(Files.createTempFile("pipe-relay-", null));
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** @param cause what went wrong with it */
    public static StartException unusable(Throwable cause) {
        return new StartException(
                "The folder for temporary files, " + System.getProperty("java.io.tmpdir")
                        + " (java.io.tmpdir), can't be used: " + Failures.reason(cause)
                        + ". Name one that exists, is writable and has room with java -Djava.io.tmpdir=<folder>; if"
                        + " native libraries can't be loaded from it, name another for them with -Djna.tmpdir=<folder>.",
                cause);
    }
}
