package io.piperelay.session;

import io.piperelay.bytes.TextEncoding;
import org.jspecify.annotations.Nullable;

/**
 * What the child writes: a window for each of its output streams, and the order in which their bytes arrived.
 *
 * @param errors drops its oldest bytes, so that a chatty child never waits for anyone to read its stderr
 */
record OutputLog(OutputWindow output, OutputWindow errors, ArrivalOrder arrivals) {

    static OutputLog of(String session, @Nullable TextEncoding encoding, WindowSettings settings) {
        var arrivals = new ArrivalOrder();
        return new OutputLog(
                new OutputWindow(
                        session,
                        encoding,
                        settings.output(),
                        settings.dropOldest(),
                        (start, end) -> arrivals.grew(StandardStream.OUTPUT, start, end)),
                new OutputWindow(
                        session,
                        encoding,
                        settings.errors(),
                        true,
                        (start, end) -> arrivals.grew(StandardStream.ERRORS, start, end)),
                arrivals);
    }

    OutputWindow window(StandardStream source) {
        return source == StandardStream.OUTPUT ? output : errors;
    }

    /** Accepts nothing more. Readers and observers get what there is, and then the end. */
    void cutOff() {
        output.cutOff();
        errors.cutOff();
        arrivals.end();
    }

    /** Refuses readers from now on; observers get what there is, and then the end. */
    void close() {
        output.close();
        errors.close();
        arrivals.end();
    }
}
