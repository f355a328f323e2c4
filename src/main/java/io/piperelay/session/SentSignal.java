package io.piperelay.session;

import io.piperelay.platform.ChildSignal;

/**
 * What was sent to a child, which may ignore it.
 *
 * @param session the session's id
 * @param sentAs the system's own name for it, such as {@code SIGINT} or {@code CTRL_BREAK_EVENT}
 */
public record SentSignal(String session, ChildSignal signal, String sentAs) {}
