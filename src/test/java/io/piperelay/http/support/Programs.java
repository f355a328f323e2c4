package io.piperelay.http.support;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.util.stream.Stream;

/** The programs of this machine. */
public final class Programs {

    private Programs() {}

    /** Leaves the test out where the program is not on the PATH. */
    public static void assumeInstalled(String program) {
        boolean installed = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder ->
                        new File(folder, program).canExecute() || new File(folder, program + ".exe").canExecute());
        assumeTrue(installed, program + " is not installed");
    }
}
