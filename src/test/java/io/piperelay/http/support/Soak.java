package io.piperelay.http.support;

import java.util.Random;

/** How often something is tried: in the ordinary build as often as a few seconds allow, in full with {@code -Dsoak=true}. */
public final class Soak {

    private static final boolean FULL = Boolean.getBoolean("soak");

    private Soak() {}

    public static boolean isFull() {
        return FULL;
    }

    public static int count(int ordinary, int full) {
        return FULL ? full : ordinary;
    }

    /** A different one each time, or the one given by {@code -Dseed=}. Tests name it in their failures. */
    public static long seed() {
        return Long.getLong("seed", new Random().nextInt(1_000_000));
    }

    public static long bytes(long ordinary, long full) {
        return FULL ? full : ordinary;
    }
}
