package io.piperelay.session;

import io.piperelay.platform.ProcessState;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What it usually means that a child does not answer, as far as that can be told from outside. Whether its output is in a buffer
 * of its own, or what it would like to read, or that it would like a terminal, only the child knows.
 */
public enum Diagnosis {
    /** By a signal or a debugger; it does nothing at all. */
    CHILD_STOPPED,
    /** The window is full, so that the child waits, or soon will. */
    OUTPUT_UNREAD,
    /** Output has arrived, but not the end that an exchange waits for. */
    REPLY_UNFINISHED,
    /** Bytes have been waiting for the child to read them. */
    INPUT_UNTAKEN,
    /** It uses a processor, and has written nothing since it was last sent something. */
    CHILD_BUSY,
    /** It has written nothing since then, and what it was sent does not end with a line feed. */
    INPUT_UNTERMINATED,
    /** It has written nothing since then, for whatever reason. */
    OUTPUT_SILENT;

    /**
     * What is known.
     *
     * @param child null where that is unknown
     * @param replyBegun whether an exchange has waited for its reply in vain, although output has arrived
     * @param untaken how long bytes have been waiting for the child; null if none are
     * @param unanswered how long ago the child was last sent something; null if it has written since or closed its output, or
     *     was sent nothing
     * @param terminated whether what it was sent ends like a message: with a line feed, in a frame, or because the input ended
     */
    record Facts(
            @Nullable ProcessState child,
            boolean windowFull,
            boolean replyBegun,
            @Nullable Duration untaken,
            @Nullable Duration unanswered,
            boolean terminated) {}

    /**
     * @param patience what is usual
     * @return null if nothing is unusual
     */
    static @Nullable Diagnosis of(Facts facts, Duration patience) {
        if (facts.child() == ProcessState.STOPPED || facts.child() == ProcessState.TRACED) {
            return CHILD_STOPPED;
        }
        if (facts.windowFull()) {
            return OUTPUT_UNREAD;
        }
        if (facts.replyBegun()) {
            return REPLY_UNFINISHED;
        }
        if (lasts(facts.untaken(), patience)) {
            return INPUT_UNTAKEN;
        }
        return lasts(facts.unanswered(), patience) ? silence(facts) : null;
    }

    private static boolean lasts(@Nullable Duration time, Duration patience) {
        return time != null && time.compareTo(patience) >= 0;
    }

    private static Diagnosis silence(Facts facts) {
        if (facts.child() == ProcessState.RUNNING) {
            return CHILD_BUSY;
        }
        return facts.terminated() ? OUTPUT_SILENT : INPUT_UNTERMINATED;
    }

    /** The name that users read. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
