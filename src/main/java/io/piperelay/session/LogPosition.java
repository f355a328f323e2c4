package io.piperelay.session;

/**
 * How far both of the child's output streams have been followed.
 *
 * @param output offset of the next byte of its stdout
 * @param errors offset of the next byte of its stderr
 * @param run before the one with this number nothing is left to follow; see {@link ArrivalOrder.Run}
 */
record LogPosition(long output, long errors, long run) {

    /** With every run still to be looked at. */
    LogPosition(long output, long errors) {
        this(output, errors, 0);
    }

    static LogPosition of(StandardStream source, long offset, long other) {
        return source == StandardStream.OUTPUT ? new LogPosition(offset, other) : new LogPosition(other, offset);
    }

    long of(StandardStream source) {
        return source == StandardStream.OUTPUT ? output : errors;
    }

    /** After bytes of this run. */
    LogPosition with(ArrivalOrder.Run in, long offset) {
        return in.source() == StandardStream.OUTPUT
                ? new LogPosition(offset, errors, in.number())
                : new LogPosition(output, offset, in.number());
    }
}
