package io.piperelay.session;

/**
 * How far both of the child's output streams have been followed.
 *
 * @param output offset of the next byte of its stdout
 * @param errors offset of the next byte of its stderr
 * @param turn before the one with this number nothing is left to follow; see {@link Arrivals.Turn}
 */
record LogPosition(long output, long errors, long turn) {

    /** With every turn still to be looked at. */
    LogPosition(long output, long errors) {
        this(output, errors, 0);
    }

    static LogPosition of(Source source, long offset, long other) {
        return source == Source.OUTPUT ? new LogPosition(offset, other) : new LogPosition(other, offset);
    }

    long of(Source source) {
        return source == Source.OUTPUT ? output : errors;
    }

    /** After bytes of this turn. */
    LogPosition with(Arrivals.Turn in, long offset) {
        return in.source() == Source.OUTPUT
                ? new LogPosition(offset, errors, in.number())
                : new LogPosition(output, offset, in.number());
    }
}
