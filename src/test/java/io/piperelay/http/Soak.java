package io.piperelay.http;

/** How often something is tried: in the ordinary build as often as a few seconds allow, with {@code -Dsoak=true} in full. */
public final class Soak {

    private static final boolean FULL = Boolean.getBoolean("soak");

    private Soak() {}

    public static boolean isFull() {
        return FULL;
    }

    public static int count(int ordinary, int full) {
        return FULL ? full : ordinary;
    }

    public static long bytes(long ordinary, long full) {
        return FULL ? full : ordinary;
    }
}
