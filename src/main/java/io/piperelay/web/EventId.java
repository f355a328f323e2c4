package io.piperelay.web;

import io.piperelay.session.Source;
import io.piperelay.web.problem.ProblemException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an event is called, so that its observer can go on behind it later: {@code 120} behind byte 120 of the output,
 * {@code e7} behind byte 7 of the errors, {@code exit-} and the session's id when there is nothing more to tell of it.
 *
 * @param source null for an exit
 * @param session null but for an exit
 */
record EventId(
        @Nullable Source source, long offset, @Nullable String session) {

    private static final String EXIT = "exit-";
    private static final String ERRORS_MARK = "e";
    private static final Pattern OFFSET = Pattern.compile("(e?)(\\d{1,18})");
    private static final Pattern EXIT_OF = Pattern.compile(EXIT + "([0-9a-f-]{36})");

    static EventId behind(Source source, long offset) {
        return new EventId(source, offset, null);
    }

    static EventId exitOf(String session) {
        return new EventId(null, 0, session);
    }

    /** @param text a header's value, which anybody may have written */
    static EventId of(String text) {
        Matcher exit = EXIT_OF.matcher(text);
        if (exit.matches()) {
            return exitOf(exit.group(1));
        }
        Matcher offset = OFFSET.matcher(text);
        if (offset.matches()) {
            Source source = offset.group(1).isEmpty() ? Source.OUTPUT : Source.ERRORS;
            return behind(source, Long.parseLong(offset.group(2)));
        }
        throw ProblemException.invalidParameter("Last-Event-ID", "is the id of an event, as 120 or e7.");
    }

    @Override
    public String toString() {
        if (source == null) {
            return EXIT + session;
        }
        return source == Source.ERRORS ? ERRORS_MARK + offset : Long.toString(offset);
    }
}
