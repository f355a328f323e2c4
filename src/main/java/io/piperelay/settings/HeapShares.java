package io.piperelay.settings;

/**
 * How many clients of each kind fit into the heap at once, unless the operator decides. The cost of each was measured (JDK
 * 25, at its peak, with a margin); together they leave half of the heap for everything else.
 */
public record HeapShares(long heap) {

    private static final int KIBIBYTE = 1024;

    public static HeapShares ofThisProcess() {
        return new HeapShares(Runtime.getRuntime().maxMemory());
    }

    /** 10 KiB while it is idle, and 43 KiB with part of a request's headers. */
    public int connections() {
        return share(1, 128);
    }

    /** 96 KiB. */
    public int readers() {
        return share(6, 100);
    }

    /** 205 KiB with part of a large message. */
    public int writers() {
        return share(10, 200);
    }

    /** 81 KiB, and more while it is being sent something. */
    public int observers() {
        return share(16, 100);
    }

    /** 173 KiB with part of a large document. */
    public int creators() {
        return share(16, 180);
    }

    private int share(int part, int kibibytesEach) {
        return (int) Math.max(1, Math.min(heap / part / kibibytesEach / KIBIBYTE, Integer.MAX_VALUE));
    }
}
