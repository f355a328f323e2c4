package io.piperelay.web;

import io.piperelay.session.Source;
import io.piperelay.web.problem.ProblemException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an event is called, so that its observer can go on behind it later: {@code 120} behind byte 120 of the output,
 * {@code e7} behind byte 7 of the errors, {@code exit} when there is nothing more to tell.
 *
 * @param source null for the exit
 */
record EventId(@Nullable Source source, long offset) {

    static final EventId EXIT = new EventId(null, 0);

    private static final String EXIT_NAME = "exit";
    private static final String ERRORS_MARK = "e";
    private static final Pattern OFFSET = Pattern.compile("(e?)(\\d{1,18})");

    /** @param text a header's value, which anybody may have written */
    static EventId of(String text) {
        if (text.equals(EXIT_NAME)) {
            return EXIT;
        }
        Matcher matcher = OFFSET.matcher(text);
        if (!matcher.matches()) {
            throw ProblemException.invalidParameter("Last-Event-ID", "is the id of an event: 120, e7 or exit.");
        }
        Source source = matcher.group(1).isEmpty() ? Source.OUTPUT : Source.ERRORS;
        return new EventId(source, Long.parseLong(matcher.group(2)));
    }

    @Override
    public String toString() {
        if (source == null) {
            return EXIT_NAME;
        }
        return source == Source.ERRORS ? ERRORS_MARK + offset : Long.toString(offset);
    }
}
