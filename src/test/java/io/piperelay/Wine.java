package io.piperelay;

import com.sun.jna.Function;

/** Which Wine this Windows is, if any, where tests can't expect of it what Microsoft says of Windows. */
public final class Wine {

    private Wine() {}

    public static boolean isHere() {
        return System.getenv("WINELOADER") != null;
    }

    /**
     * Such a one, Wine 10, gives PROCESSOR_ARCHITECTURE to every process, and says that it has sent CTRL_BREAK when a
     * native child then ends with code 1, and a JVM not at all.
     */
    public static boolean isNewerThan8() {
        return isHere()
                && !Function.getFunction("ntdll", "wine_get_version")
                        .invokeString(new Object[0], false)
                        .startsWith("8.");
    }
}
