package io.piperelay.startup;

/** The folder for temporary files, where it turns out not to be usable: missing, read-only, full, or without execution. */
public final class TemporaryFolder {

    private TemporaryFolder() {}

    /** @param cause what went wrong with it */
    public static StartException unusable(Throwable cause) {
        return new StartException(
                "The folder for temporary files, " + System.getProperty("java.io.tmpdir")
                        + " (java.io.tmpdir), can't be used: " + Failures.reason(cause)
                        + ". Name one that is there, can be written and has room with java -Djava.io.tmpdir=<folder>; if"
                        + " native libraries can't be loaded from it, name another for them with -Djna.tmpdir=<folder>.",
                cause);
    }
}
