package io.piperelay.web;

import io.piperelay.session.StandardStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An event's id, with which its observer can continue after it later, in the same session only: the session's id, a colon,
 * and {@code o120} for offset 120 of the output, {@code e7} for offset 7 of the errors, or {@code exit} when nothing more
 * follows.
 *
 * @param source null for an exit
 */
record EventId(String session, @Nullable StandardStream source, long offset) {

    private static final String EXIT = "exit";
    private static final String RESTARTED = "restarted";
    private static final Pattern FORM =
            Pattern.compile("([0-9a-f-]{36}):(?:([oe])(\\d{1,18})|" + EXIT + "|" + RESTARTED + ")");
    private static final int BEHIND_RESTARTED = 1;

    static EventId behind(String session, StandardStream source, long offset) {
        return new EventId(session, source, offset);
    }

    static EventId exitOf(String session) {
        return new EventId(session, null, 0);
    }

    static EventId restartOf(String session) {
        return new EventId(session, null, BEHIND_RESTARTED);
    }

    /**
     * @param text a header's value, which may be anything
     * @return null if it is not an event's id
     */
    static @Nullable EventId of(@Nullable String text) {
        Matcher form = FORM.matcher(text == null ? "" : text);
        if (!form.matches()) {
            return null;
        }
        if (form.group(2) == null) {
            return form.group().endsWith(RESTARTED) ? restartOf(form.group(1)) : exitOf(form.group(1));
        }
        StandardStream source = form.group(2).equals("o") ? StandardStream.OUTPUT : StandardStream.ERRORS;
        return behind(form.group(1), source, Long.parseLong(form.group(3)));
    }

    @Override
    public String toString() {
        if (source == null) {
            return session + ":" + (offset == BEHIND_RESTARTED ? RESTARTED : EXIT);
        }
        return session + ":" + (source == StandardStream.OUTPUT ? "o" : "e") + offset;
    }
}
