package io.piperelay.child;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Ordinary programs that every system has in one form or another. */
public final class Children {

    /** Names a native program for Windows that starts faster than a JVM: src/test/c/native_child.c, compiled. */
    private static final String NATIVE_CHILD = System.getProperty("test.native-child", "");

    private static final boolean WINDOWS = File.separatorChar == '\\';

    private Children() {}

    /** Writes what it reads. */
    public static List<String> cat() {
        return WINDOWS ? onWindows("echo") : List.of("/bin/cat");
    }

    /** Neither reads nor writes, for ten minutes. */
    public static List<String> sleep() {
        return WINDOWS ? onWindows("silent") : List.of("/bin/sleep", "600");
    }

    /** Writes {@code bye} and a line feed, and exits with code 3. */
    public static List<String> leave() {
        return WINDOWS ? onWindows("leave") : List.of("/bin/sh", "-c", "echo bye; exit 3");
    }

    /** Writes this file's content, and exits at once. */
    public static List<String> print(Path file) {
        return WINDOWS ? onWindows("print", file.toString()) : List.of("/bin/cat", file.toString());
    }

    private static List<String> onWindows(String... modeAndArguments) {
        if (NATIVE_CHILD.isEmpty()) {
            return MisbehavingChild.command(modeAndArguments);
        }
        List<String> command = new ArrayList<>(List.of(NATIVE_CHILD));
        command.addAll(List.of(modeAndArguments));
        return command;
    }
}
