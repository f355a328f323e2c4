package io.piperelay.bench.load;

/**
 * @param nanos from the first question to the last answer
 * @param latencies of all requests in ns, in ascending order
 */
public record LoadResult(long nanos, long[] latencies) {

    public int requests() {
        return latencies.length;
    }

    public double perSecond() {
        return requests() * 1e9 / nanos;
    }

    /** In us. */
    public double percentile(int percent) {
        return latencies[(int) ((long) (requests() - 1) * percent / 100)] / 1e3;
    }
}
