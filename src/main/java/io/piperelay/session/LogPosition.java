package io.piperelay.session;

/**
 * How far both of the child's output streams have been followed.
 *
 * @param output offset of the next byte of its stdout
 * @param errors offset of the next byte of its stderr
 */
record LogPosition(long output, long errors) {

    static LogPosition of(Source source, long offset, long other) {
        return source == Source.OUTPUT ? new LogPosition(offset, other) : new LogPosition(other, offset);
    }

    long of(Source source) {
        return source == Source.OUTPUT ? output : errors;
    }

    LogPosition with(Source source, long offset) {
        return of(source, offset, source == Source.OUTPUT ? errors : output);
    }
}
