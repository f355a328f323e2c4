package io.piperelay.http.support;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.util.Optional;
import java.util.stream.Stream;

/** The programs of this machine. */
public final class Programs {

    private static final String[] CHROMIUM = {"chromium", "chromium-browser", "google-chrome", "chrome"};

    private Programs() {}

    /** Leaves the test out where the program is not on the PATH. */
    public static void assumeInstalled(String program) {
        assumeTrue(find(program).isPresent(), program + " is not installed");
    }

    /** Leaves the test out where there is neither Chromium nor Chrome. */
    public static File assumeChromium() {
        Optional<File> found = find(CHROMIUM);
        assumeTrue(found.isPresent(), "no Chromium is installed");
        return found.orElseThrow();
    }

    /** Leaves the test out where there is no chromedriver. */
    public static File assumeDriverOfChromium() {
        Optional<File> found = find("chromedriver");
        assumeTrue(found.isPresent(), "no chromedriver is installed");
        return found.orElseThrow();
    }

    private static Optional<File> find(String... names) {
        return folders()
                .flatMap(folder -> Stream.of(names)
                        .flatMap(name -> Stream.of(new File(folder, name), new File(folder, name + ".exe"))))
                .filter(program -> program.isFile() && program.canExecute())
                .findFirst();
    }

    /** Those on the PATH, and on Windows where Chrome installs itself and where GitHub's machines have its driver. */
    private static Stream<String> folders() {
        return Stream.concat(
                Stream.of(System.getenv("PATH").split(File.pathSeparator, -1)),
                Stream.of(
                        System.getenv("ProgramFiles") + "\\Google\\Chrome\\Application",
                        System.getenv("CHROMEWEBDRIVER") + ""));
    }
}
