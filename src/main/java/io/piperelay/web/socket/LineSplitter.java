package io.piperelay.web.socket;

import java.io.IOException;

/** Makes a message of each line, without its line feed and the carriage return before that. */
final class LineSplitter {

    /** Gets a message in parts. */
    interface Target {
        void part(String text, boolean last) throws IOException;
    }

    private final Target target;

    /** Whether a part of a line has been passed on. */
    private boolean begun;

    /** A carriage return that may be a part of the line's end. */
    private boolean held;

    LineSplitter(Target target) {
        this.target = target;
    }

    void split(String text) throws IOException {
        int from = 0;
        for (int feed = text.indexOf('\n'); feed >= 0; feed = text.indexOf('\n', from)) {
            if (feed > from) {
                release();
            }
            held = false;
            int end = feed > from && text.charAt(feed - 1) == '\r' ? feed - 1 : feed;
            target.part(text.substring(from, end), true);
            begun = false;
            from = feed + 1;
        }
        if (from < text.length()) {
            rest(text.substring(from));
        }
    }

    private void rest(String text) throws IOException {
        release();
        held = text.endsWith("\r");
        String part = held ? text.substring(0, text.length() - 1) : text;
        if (!part.isEmpty()) {
            target.part(part, false);
        }
        begun = true;
    }

    private void release() throws IOException {
        if (held) {
            held = false;
            target.part("\r", false);
        }
    }

    /** Nothing follows: a line without an end is one, too. */
    void end() throws IOException {
        if (begun) {
            target.part(held ? "\r" : "", true);
        }
    }
}
